//! Questions about trust: which root a certificate leads to, and whether a contract is good.

use axum::Json;
use axum::extract::State;
use opnc_messages::trust::{AuthorizeContractReq, AuthorizeContractRes, ResolveTrustReq, ResolveTrustRes};
use opnc_services::Ecosystem;
use opnc_services::trust::{authorize, resolve};

use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody};

/// POST /resolve
pub(crate) async fn resolve(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(request): JsonBody<ResolveTrustReq>,
) -> Result<Json<ResolveTrustRes>, Refusal> {
    Ok(Json(resolve::resolve(&caller, &ecosystem, request).await?))
}

/// POST /authorize
pub(crate) async fn authorize(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(request): JsonBody<AuthorizeContractReq>,
) -> Result<Json<AuthorizeContractRes>, Refusal> {
    Ok(Json(authorize::authorize(&caller, &ecosystem, request).await?))
}
