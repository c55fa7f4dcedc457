//! The status listener: whether certificates are still good, in the clear and without tokens, because who asks may have
//! nothing but a certificate, and what is answered is signed.

use axum::Router;
use axum::http::StatusCode;

use super::dress;
use crate::config::ListenerConfig;
use crate::error::Refusal;
use crate::state::App;

/// What anybody may ask about a certificate.
pub(crate) fn status(app: &App, listener: &ListenerConfig) -> Router {
    dress(app, listener, Router::new(), Router::new().fallback(nothing_here))
}

async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is nothing at this path of the status listener.")
}
