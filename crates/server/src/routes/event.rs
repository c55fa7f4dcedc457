//! The event service: webhook endpoints.

use axum::Json;
use axum::extract::State;
use opnc_messages::event::{Endpoint, PostEndpointReq, PutEndpointReq};
use opnc_services::Ecosystem;
use opnc_services::events::endpoints;

use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody, OpaqueId};

/// GET /endpoints
pub(crate) async fn list(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
) -> Result<Json<Vec<Endpoint>>, Refusal> {
    Ok(Json(endpoints::list(&caller, &ecosystem).await?))
}

/// GET /endpoints/{id}
pub(crate) async fn get(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    OpaqueId(id): OpaqueId,
) -> Result<Json<Endpoint>, Refusal> {
    Ok(Json(endpoints::get(&caller, &ecosystem, id).await?))
}

/// POST /endpoints
pub(crate) async fn post(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(request): JsonBody<PostEndpointReq>,
) -> Result<Json<Endpoint>, Refusal> {
    Ok(Json(endpoints::post(&caller, &ecosystem, request).await?))
}

/// PUT /endpoints/{id}
pub(crate) async fn put(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    OpaqueId(id): OpaqueId,
    JsonBody(request): JsonBody<PutEndpointReq>,
) -> Result<Json<Endpoint>, Refusal> {
    Ok(Json(endpoints::put(&caller, &ecosystem, id, request).await?))
}

/// DELETE /endpoints/{id}
pub(crate) async fn delete(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    OpaqueId(id): OpaqueId,
) -> Result<(), Refusal> {
    Ok(endpoints::delete(&caller, &ecosystem, id).await?)
}
