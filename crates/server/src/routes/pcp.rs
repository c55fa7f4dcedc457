//! The Provisioning Certificate Pool.

use axum::Json;
use axum::extract::State;
use opnc_messages::ids::Pcid;
use opnc_messages::pcp::{GetProvisioningCertificateRes, ProvisioningCertificateData};
use opnc_services::{Ecosystem, pcp};

use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody, PathIds};

/// PUT /provisioningcertificates
pub(crate) async fn add(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(data): JsonBody<ProvisioningCertificateData>,
) -> Result<(), Refusal> {
    Ok(pcp::add(&caller, &ecosystem, data).await?)
}

/// GET /provisioningcertificates/{pcid}
pub(crate) async fn get(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(pcid): PathIds<Pcid>,
) -> Result<Json<GetProvisioningCertificateRes>, Refusal> {
    Ok(Json(pcp::get(&caller, &ecosystem, &pcid).await?))
}

/// DELETE /provisioningcertificates/{pcid}
pub(crate) async fn delete(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(pcid): PathIds<Pcid>,
) -> Result<(), Refusal> {
    Ok(pcp::delete(&caller, &ecosystem, &pcid).await?)
}

/// GET /lookupvehicle/{pcid}
pub(crate) async fn look_up(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(pcid): PathIds<Pcid>,
) -> Result<(), Refusal> {
    Ok(pcp::look_up(&caller, &ecosystem, &pcid).await?)
}
