//! The admin listener: for the operator's own programs, on an address that others cannot reach.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

use super::{Routes, dress, health};
use crate::config::ListenerConfig;
use crate::error::Refusal;
use crate::limits::WorkLimits;
use crate::state::App;
use crate::telemetry;

/// What the operator's own programs may ask.
pub(crate) fn admin(app: &App, listener: &ListenerConfig) -> Routes {
    let metrics = Router::new().route("/metrics", get(telemetry::metrics::show));
    dress(app, WorkLimits::new(listener), metrics, health().fallback(nothing_here)).into()
}

async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is nothing at this path of the admin listener.")
}
