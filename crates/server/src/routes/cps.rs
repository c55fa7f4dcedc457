//! The Certificate Provisioning Service.

use axum::Json;
use axum::extract::State;
use opnc_messages::cps::{
    GenerateAndSignContractDataReq, GetCpsCertificatesRes, SignContractDataReq, SignContractDataRes,
};
use opnc_services::{Ecosystem, cps};

use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody};

/// GET /cpsCertificates
pub(crate) async fn certificates(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
) -> Result<Json<GetCpsCertificatesRes>, Refusal> {
    Ok(Json(cps::certificates(&caller, &ecosystem).await?))
}

/// PUT /contractData/sign
pub(crate) async fn sign(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(request): JsonBody<SignContractDataReq>,
) -> Result<Json<SignContractDataRes>, Refusal> {
    Ok(Json(cps::sign(&caller, &ecosystem, request).await?))
}

/// PUT /contractData/generateandsign
pub(crate) async fn generate_and_sign(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(request): JsonBody<GenerateAndSignContractDataReq>,
) -> Result<(), Refusal> {
    Ok(cps::generate_and_sign(&caller, &ecosystem, request).await?)
}
