//! Who asks: the party behind the bearer token and the client certificate of a request.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use opnc_messages::Role;
use opnc_pki::key::sha256;
use opnc_services::{Caller, parties};
use uuid::Uuid;

use super::acting::acting;
use super::certificate::certified;
use crate::error::Refusal;
use crate::oauth::TokenError;
use crate::state::App;
use crate::telemetry::Trace;
use crate::tls::PeerCertificates;

/// A caller that may call this operation. Handlers take it; only the access check makes one.
#[derive(Debug, Clone)]
pub(crate) struct Authorized(pub(crate) Caller);

/// The party of a request, left on the response for the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartyId(pub(crate) Uuid);

impl<S: Sync> FromRequestParts<S> for Authorized {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Refusal::internal("a handler outside the access check asked for its caller"))
    }
}

/// The caller behind the token, the client certificate, or both, as its party stands now; 401 for everybody else.
pub(super) async fn identify(
    app: &App,
    headers: &HeaderMap,
    peer: Option<&PeerCertificates>,
    trace: Trace,
) -> Result<Caller, Refusal> {
    let ecosystem = app.ecosystem();
    let certified = match peer {
        Some(peer) => Some(certified(app, peer).await?),
        None => None,
    };
    let (party, scopes, foreign) = match (bearer(headers)?, certified) {
        (Some(token), certified) => {
            let identity = app.tokens().verify(app, token).await?;
            if identity.bound_to.is_some_and(|hash| peer.is_none_or(|peer| sha256(peer.leaf()) != hash)) {
                return Err(invalid_token("The access token is bound to a client certificate, which was not shown."));
            }
            if let Some(Ok(certified)) = certified
                && certified.party != identity.party
            {
                return Err(invalid_token("The access token and the client certificate are of different parties."));
            }
            (identity.party, identity.scopes, identity.foreign)
        }
        (None, Some(Ok(certified))) => (certified.party, certified.scopes, false),
        (None, Some(Err(reason))) => {
            let message = format!("Send an access token; the client certificate is no credential here: {reason}.");
            return Err(unauthorized(&message, REALM));
        }
        (None, None) => {
            let message = "Send an access token: Authorization: Bearer and a token from /oauth2/token.";
            return Err(unauthorized(message, REALM));
        }
    };
    let caller = parties::caller(ecosystem, party, scopes, trace.0).await?;
    let caller = caller.ok_or_else(|| invalid_token("The party of this access token is disabled or gone."))?;
    if foreign && caller.role == Role::Admin {
        return Err(invalid_token("A token of another issuer is never good for an admin."));
    }
    acting(headers, caller)
}

/// The token of a request; `None` when it was sent without.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).and_then(|(scheme, token)| {
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
    });
    token.map(Some).ok_or_else(|| invalid_token("The Authorization header is not Bearer and an access token."))
}

/// RFC 6750, 3.1. The messages are sentences without quotation marks, so that they fit into the header as they are.
fn invalid_token(message: &str) -> Refusal {
    unauthorized(message, &format!(r#"Bearer realm="opnc", error="invalid_token", error_description="{message}""#))
}

/// Asks for an access token (RFC 6750, 3).
pub(super) const REALM: &str = r#"Bearer realm="opnc""#;

pub(super) fn unauthorized(message: &str, challenge: &str) -> Refusal {
    let challenge = HeaderValue::from_str(challenge).unwrap_or(HeaderValue::from_static(REALM));
    Refusal::new(StatusCode::UNAUTHORIZED, message).header(WWW_AUTHENTICATE, challenge)
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        invalid_token(&error.to_string())
    }
}
