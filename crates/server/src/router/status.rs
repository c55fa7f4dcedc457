//! The status listener: whether certificates are still good, in the clear and without tokens, because who asks may have
//! nothing but a certificate, and what is answered is signed.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};

use super::{Routes, dress};
use crate::config::ListenerConfig;
use crate::error::Refusal;
use crate::limits::WorkLimits;
use crate::routes::{KeptStatus, status};
use crate::state::App;

/// What anybody may ask about a certificate.
pub(crate) fn status(app: &App, listener: &ListenerConfig) -> Routes {
    let routes = Router::new()
        .route("/ocsp", post(status::ocsp_post))
        .route("/ocsp/{*request}", get(status::ocsp_get))
        .route("/crl/{name}", get(status::crl))
        .route("/ca/{name}", get(status::ca));
    let limits = WorkLimits::new(listener);
    let router = dress(app, limits.clone(), routes, Router::new().fallback(nothing_here));
    Routes { router, kept: Some(KeptStatus::new(app, limits)) }
}

async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is nothing at this path of the status listener.")
}
