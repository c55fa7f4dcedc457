//! Whether the process lives, and whether it can work: for load balancers and orchestrators.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use opnc_services::Ecosystem;
use opnc_store::{StoreError, settings};
use serde_json::{Value, json};

use crate::error::Refusal;
use crate::state::App;

/// GET /livez: the process answers.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// GET /readyz: the database answers too, and the server is not about to end; else 503.
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Value>, Refusal> {
    if app.is_draining() {
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The server is about to end."));
    }
    match read_something(app.ecosystem()).await {
        Ok(()) => Ok(Json(json!({ "status": "ready" }))),
        Err(error) => {
            let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.");
            Err(refusal.because(Arc::new(error)))
        }
    }
}

async fn read_something(ecosystem: &Ecosystem) -> Result<(), StoreError> {
    let mut reader = ecosystem.store().read().await?;
    settings::get(&mut reader, "ready").await.map(drop)
}
