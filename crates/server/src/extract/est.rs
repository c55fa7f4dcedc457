//! Who asks on the paths of EST: clients of RFC 7030 show a client id and secret by HTTP Basic, or the certificate that they
//! renew.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use opnc_messages::Operation;
use opnc_services::est::{LeafHolder, ShownLeaf};
use opnc_services::{Caller, est, parties};

use super::acting::acting;
use super::authorize::{Called, authorize, too_many_at_once};
use super::caller::{Authorized, PartyId, REALM, unauthorized};
use crate::error::Refusal;
use crate::oauth::{BASIC, ClientCredentials, unknown_client};
use crate::state::App;
use crate::telemetry::Trace;
use crate::tls::PeerCertificates;

/// Whether HTTP Basic is taken for this operation.
pub(super) fn is_enrolment(operation: Operation) -> bool {
    matches!(operation, Operation::SimpleEnroll | Operation::CaCerts)
}

/// Whether the request shows a client id and secret.
pub(super) fn shows_secret(headers: &HeaderMap) -> bool {
    let scheme =
        headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|text| text.split(' ').next());
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("Basic"))
}

/// Clients of RFC 7030 send a secret only when they are told that it is taken (3.2.3).
pub(super) fn offer_basic(refusal: Refusal) -> Refusal {
    if refusal.status != StatusCode::UNAUTHORIZED {
        return refusal;
    }
    refusal.offer(BASIC, "Client id and secret by HTTP Basic are taken here too.")
}

/// The caller behind a client id and secret; 401 for everybody else.
pub(super) async fn by_secret(app: &App, headers: &HeaderMap, trace: Trace) -> Result<Caller, Refusal> {
    let credentials = ClientCredentials::of_header(headers).ok_or_else(unknown_client)?;
    app.token_rate().check_client(&credentials.client_id)?;
    let ecosystem = app.ecosystem();
    let authenticated = parties::authenticate(ecosystem, &credentials.client_id, &credentials.client_secret).await?;
    let authenticated = authenticated.ok_or_else(unknown_client)?;
    let caller = parties::caller(ecosystem, authenticated.party, authenticated.scopes, trace.0).await?;
    acting(headers, caller.ok_or_else(unknown_client)?)
}

/// Who renews a certificate: its holder, or its party.
pub(crate) enum Renewing {
    /// Who has shown the certificate in the TLS handshake, and nothing else.
    Holder(Box<LeafHolder>),
    /// A party with a credential of its own.
    Party(Box<Caller>),
}

impl<S: Sync> FromRequestParts<S> for Renewing {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match parts.extensions.remove::<LeafHolder>() {
            Some(holder) => Ok(Self::Holder(Box::new(holder))),
            None => Ok(Self::Party(Box::new(Authorized::from_request_parts(parts, state).await?.0))),
        }
    }
}

/// The access check of simplereenroll: a leaf of ours is let through to renew itself; everybody else as for simpleenroll.
pub(crate) async fn authorize_renewal(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let operation = Operation::SimpleEnroll;
    let trace = request.extensions().get::<Trace>().copied().unwrap_or_default();
    let peer = request.extensions().get::<PeerCertificates>().cloned();
    if !request.headers().contains_key(AUTHORIZATION)
        && let Some(peer) = peer
    {
        match est::shown_leaf(app.ecosystem(), peer.leaf(), trace.0).await {
            Ok(ShownLeaf::Holder(holder)) => {
                let party = PartyId(holder.party());
                let place = app.party_places().take(party.0);
                let mut response = match app.party_rate().check(party.0) {
                    _ if place.is_none() => too_many_at_once().into_response(),
                    Ok(()) => {
                        request.extensions_mut().insert(*holder);
                        next.run(request).await
                    }
                    Err(refusal) => refusal.into_response(),
                };
                drop(place);
                response.extensions_mut().insert(party);
                response.extensions_mut().insert(Called(operation));
                return response;
            }
            Ok(ShownLeaf::Ended(reason)) => {
                let message = format!(
                    "The client certificate cannot be renewed with itself: {reason}. Send an access token for simpleenroll."
                );
                let mut response = offer_basic(unauthorized(&message, REALM)).into_response();
                response.extensions_mut().insert(Called(operation));
                return response;
            }
            Ok(ShownLeaf::Nothing) => {}
            Err(error) => return Refusal::from(error).into_response(),
        }
    }
    authorize(State((app, operation)), request, next).await
}
