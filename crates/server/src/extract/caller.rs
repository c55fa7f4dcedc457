//! Who asks: the party behind the bearer token of a request.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use opnc_services::{Caller, parties};
use uuid::Uuid;

use crate::error::Refusal;
use crate::oauth::TokenError;
use crate::state::App;
use crate::telemetry::Trace;

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

/// The caller behind the token, as its party stands now; 401 for everybody else.
pub(super) async fn identify(app: &App, headers: &HeaderMap, trace: Trace) -> Result<Caller, Refusal> {
    let ecosystem = app.ecosystem();
    let token = bearer(headers)?;
    let claims = app.verifier().verify(token, ecosystem.now())?;
    let caller = parties::caller(ecosystem, claims.sub, claims.services(), trace.0).await?;
    caller.ok_or_else(|| invalid_token("The party of this access token is disabled or gone."))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        let message = "Send an access token: Authorization: Bearer and a token from /oauth2/token.";
        return Err(unauthorized(message, r#"Bearer realm="opnc""#));
    };
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).and_then(|(scheme, token)| {
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
    });
    token.ok_or_else(|| invalid_token("The Authorization header is not Bearer and an access token."))
}

/// RFC 6750, 3.1. The messages are sentences without quotation marks, so that they fit into the header as they are.
fn invalid_token(message: &str) -> Refusal {
    unauthorized(message, &format!(r#"Bearer realm="opnc", error="invalid_token", error_description="{message}""#))
}

fn unauthorized(message: &str, challenge: &str) -> Refusal {
    let challenge = HeaderValue::from_str(challenge).unwrap_or(HeaderValue::from_static(r#"Bearer realm="opnc""#));
    Refusal::new(StatusCode::UNAUTHORIZED, message).header(WWW_AUTHENTICATE, challenge)
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        invalid_token(&error.to_string())
    }
}
