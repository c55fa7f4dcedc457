//! GET /opnc/v1/trust/keys, for anybody: the keys that verify the documents of this ecosystem.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use opnc_services::{Ecosystem, signed_document};
use serde_json::Value;

use crate::error::Refusal;

/// Answers with the key set.
pub(crate) async fn keys(
    State(ecosystem): State<Ecosystem>,
) -> Result<([(HeaderName, &'static str); 1], Json<Value>), Refusal> {
    let keys = signed_document::keys(&ecosystem).await?;
    Ok(([(CACHE_CONTROL, "public, max-age=300")], Json(keys.to_jwks())))
}
