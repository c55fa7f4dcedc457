//! Whether the process lives, and whether it can work: for load balancers and orchestrators.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use opnc_services::Ecosystem;
use opnc_store::{StoreError, settings};
use serde_json::{Value, json};

use crate::error::Refusal;

/// GET /livez: the process answers.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// GET /readyz: the database answers too; else 503.
pub(crate) async fn ready(State(ecosystem): State<Ecosystem>) -> Result<Json<Value>, Refusal> {
    match read_something(&ecosystem).await {
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
