//! Revocation.

use axum::extract::State;
use opnc_messages::pki::RevokeCertificateReq;
use opnc_services::{Ecosystem, revocation};

use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody};

/// POST /pki/revokeCertificate
pub(crate) async fn revoke(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(request): JsonBody<RevokeCertificateReq>,
) -> Result<(), Refusal> {
    Ok(revocation::revoke_certificate(&caller, &ecosystem, &request).await?)
}
