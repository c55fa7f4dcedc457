//! POST /oauth2/token: an access token for a client that shows its secret or its certificate.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderName, PRAGMA};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::{Extension, Json};
use opnc_messages::Service;
use opnc_pki::key::sha256;
use opnc_services::ServiceError;
use opnc_services::parties::{self, Authenticated};
use opnc_store::credentials;
use serde_json::{Value, json};

use super::claims::{scope_text, services_of};
use super::credentials::{ClientCredentials, no_client_id, unknown_client};
use super::request::{TokenRequest, invalid};
use crate::error::Refusal;
use crate::extract::{certified, read_body};
use crate::proxy::CallerAddress;
use crate::state::App;
use crate::tls::PeerCertificates;

/// The largest body: a few short parameters.
const BODY_LIMIT: usize = 8 * 1024;

/// A token and what it is good for (RFC 6749, 5.1); never to be cached.
type TokenAnswer = ([(HeaderName, HeaderValue); 2], Json<Value>);

/// Answers with a token for the services that were asked for; for all the party has when none was.
pub(crate) async fn token(
    State(app): State<App>,
    Extension(CallerAddress(address)): Extension<CallerAddress>,
    headers: HeaderMap,
    request: Request,
) -> Result<TokenAnswer, Refusal> {
    issue(&app, address, headers, request).await.map_err(|refusal| match refusal.status {
        StatusCode::SERVICE_UNAVAILABLE => refusal.oauth("temporarily_unavailable"),
        status if status.is_server_error() => refusal.oauth("server_error"),
        _ => refusal,
    })
}

async fn issue(app: &App, address: IpAddr, headers: HeaderMap, request: Request) -> Result<TokenAnswer, Refusal> {
    app.token_rate().check_address(address).map_err(|refusal| refusal.oauth("temporarily_unavailable"))?;
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = request.extensions().get::<PeerCertificates>().cloned();
    let body = read_body(request, BODY_LIMIT).await.map_err(|refusal| refusal.oauth("invalid_request"))?;
    let request = TokenRequest::read(content_type, &body)?;
    check_grant_type(&request)?;
    let shows_secret = headers.contains_key(AUTHORIZATION) || request.get("client_secret").is_some();
    let (client_id, authenticated, bound_to) = match peer.filter(|_| !shows_secret) {
        Some(peer) => {
            let (client_id, authenticated) = by_certificate(app, &request, &peer).await?;
            (client_id, authenticated, Some(sha256(peer.leaf())))
        }
        None => {
            let (client_id, authenticated) = by_secret(app, &request, &headers).await?;
            (client_id, authenticated, None)
        }
    };
    let ecosystem = app.ecosystem();
    let scopes = granted(request.get("scope"), &authenticated.scopes)?;
    let access_token = app.issuer().issue(ecosystem, authenticated.party, &client_id, &scopes, bound_to)?;
    let answer = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": app.issuer().lifetime_seconds(),
        "scope": scope_text(&scopes),
    });
    let never_cached =
        [(CACHE_CONTROL, HeaderValue::from_static("no-store")), (PRAGMA, HeaderValue::from_static("no-cache"))];
    Ok((never_cached, Json(answer)))
}

/// A client that shows its secret (RFC 6749, 2.3.1).
async fn by_secret(app: &App, request: &TokenRequest, headers: &HeaderMap) -> Result<(String, Authenticated), Refusal> {
    let credentials = ClientCredentials::read(headers, request)?;
    let client_id = credentials.client_id;
    app.token_rate().check_client(&client_id).map_err(|refusal| refusal.oauth("temporarily_unavailable"))?;
    let authenticated = parties::authenticate(app.ecosystem(), &client_id, &credentials.client_secret).await?;
    Ok((client_id, authenticated.ok_or_else(unknown_client)?))
}

/// A client that shows a certificate of its own, and says who it is (RFC 8705, 2): below a CA for parties the certificate
/// names the client, a pinned one is good for every client of its party.
async fn by_certificate(
    app: &App,
    request: &TokenRequest,
    peer: &PeerCertificates,
) -> Result<(String, Authenticated), Refusal> {
    let client_id = request.get("client_id").ok_or_else(no_client_id)?;
    let Ok(certified) = certified(app, peer).await? else { return Err(unknown_client()) };
    if let Some(named) = &certified.client_id
        && named != client_id
    {
        return Err(unknown_client());
    }
    let mut reader = app.ecosystem().store().read().await.map_err(ServiceError::from)?;
    let client = credentials::find(&mut reader, client_id).await.map_err(ServiceError::from)?;
    let client = client.filter(|client| client.party_id == certified.party).ok_or_else(unknown_client)?;
    let mut scopes = certified.scopes;
    if let Some(limited) = client.scopes {
        scopes.retain(|scope| limited.iter().any(|name| name == scope.as_str()));
    }
    Ok((client.client_id, Authenticated { party: certified.party, scopes }))
}

fn check_grant_type(request: &TokenRequest) -> Result<(), Refusal> {
    match request.get("grant_type") {
        Some("client_credentials") => Ok(()),
        Some(_) => Err(Refusal::new(StatusCode::BAD_REQUEST, "The only grant_type here is client_credentials.")
            .oauth("unsupported_grant_type")),
        None => Err(invalid("grant_type is required; the only one here is client_credentials.")),
    }
}

fn granted(asked: Option<&str>, allowed: &[Service]) -> Result<Vec<Service>, Refusal> {
    let Some(asked) = asked else { return Ok(allowed.to_vec()) };
    match services_of(asked) {
        Some(services) if services.is_empty() => Ok(allowed.to_vec()),
        Some(services) if services.iter().all(|service| allowed.contains(service)) => Ok(services),
        _ => {
            let message = format!("This client can ask for these scopes: {}.", scope_text(allowed));
            Err(Refusal::new(StatusCode::BAD_REQUEST, message).oauth("invalid_scope"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Service::{Ccp, Pcp, Rcp};

    #[test]
    fn no_scope_is_all_and_more_is_refused() {
        let allowed = [Rcp, Pcp];
        assert_eq!(granted(None, &allowed).unwrap(), allowed);
        assert_eq!(granted(Some(" "), &allowed).unwrap(), allowed);
        assert_eq!(granted(Some("pcp"), &allowed).unwrap(), [Pcp]);
        for refused in ["ccp", "pcp ccp", "admin"] {
            assert_eq!(granted(Some(refused), &allowed).unwrap_err().status, StatusCode::BAD_REQUEST);
        }
        assert_eq!(granted(Some("ccp"), &[Ccp]).unwrap(), [Ccp]);
    }
}
