//! GET /oauth2/jwks.json: the key that verifies access tokens (RFC 7517), for those who check them themselves.

use axum::Json;
use axum::extract::State;
use opnc_client::signed::KeySet;
use serde_json::Value;

use crate::state::App;

/// Answers with the key set.
pub(crate) async fn key_set(State(app): State<App>) -> Json<Value> {
    Json(KeySet::new([app.issuer().key().clone()]).to_jwks())
}
