//! The routers, one for each listener, and what all of them put around their routes.

mod admin;
mod public;
mod status;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

pub(crate) use admin::admin;
pub(crate) use public::public;
pub(crate) use status::status;

use crate::error::Refusal;
use crate::limits::WorkLimits;
use crate::routes::KeptStatus;
use crate::state::App;
use crate::{health, limits, proxy, telemetry};

/// What answers the requests of a listener. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Routes {
    /// Everything that can be asked.
    pub(crate) router: Router,
    /// What can be answered before the router is asked.
    pub(crate) kept: Option<KeptStatus>,
}

impl From<Router> for Routes {
    fn from(router: Router) -> Self {
        Self { router, kept: None }
    }
}

/// Puts the layers around the routes of a listener. The limits do not hold for `beside`: a busy server is alive.
fn dress(app: &App, limits: WorkLimits, limited: Router<App>, beside: Router<App>) -> Router {
    limited
        .layer(from_fn_with_state(limits, limits::limit_work))
        .merge(beside)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.proxies(), proxy::see_through))
        .layer(telemetry::guard())
        .layer(from_fn_with_state(app.clone(), telemetry::observe))
        .with_state(app.clone())
}

/// Whether the process lives, and whether it can work.
fn health() -> Router<App> {
    Router::new().route("/livez", get(health::alive)).route("/readyz", get(health::ready))
}

/// 405; the router itself adds the `Allow` header.
async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "This path has no such method; the Allow header names those it has.")
}
