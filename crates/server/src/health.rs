//! Whether the process lives, and whether it can work: for load balancers and orchestrators.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use opnc_services::figures;
use serde_json::{Map, Value, json};

use crate::error::Refusal;
use crate::state::App;
use crate::telemetry::with_sources;

/// How long a load balancer is kept waiting for an answer that will be no.
const PATIENCE: Duration = Duration::from_secs(2);

/// GET /livez: the process answers.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// GET /readyz: the database answers, its tables are ours, it holds this ecosystem, the keys load, and the server is not about to end; else 503,
/// with a sentence for each check that failed.
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Value>, Refusal> {
    if app.is_draining() {
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The server is about to end."));
    }
    let mut passed = Map::new();
    let mut problems = Vec::new();
    let Ok(checks) = tokio::time::timeout(PATIENCE, figures::checks(app.ecosystem())).await else {
        let message = format!("The database did not answer within {} seconds.", PATIENCE.as_secs());
        tracing::error!(message, "not ready");
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message));
    };
    for check in checks {
        match check.problem {
            None => {
                passed.insert(check.name.to_owned(), "ok".into());
            }
            Some(error) => {
                tracing::error!(check = check.name, error = with_sources(&error), "not ready");
                problems.push(sentence(check.name).to_owned());
            }
        }
    }
    if problems.is_empty() {
        Ok(Json(json!({ "status": "ready", "checks": passed })))
    } else {
        Err(Refusal::with_messages(StatusCode::SERVICE_UNAVAILABLE, problems))
    }
}

/// What a stranger may know of a check that failed.
fn sentence(check: &str) -> &'static str {
    match check {
        "database" => "The database does not answer.",
        "schema" => "The tables of the database are not those of this program.",
        "ecosystem" => "The database does not hold this ecosystem.",
        _ => "The keys of the authorities cannot be loaded.",
    }
}
