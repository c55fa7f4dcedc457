//! The Provisioning Certificate Pool. The official file has no parameter for one edition of ISO 15118; the one of the CCP is
//! understood here too.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use opnc_messages::header::SKIP_REVOCATION;
use opnc_messages::ids::Pcid;
use opnc_messages::pcp::{GetProvisioningCertificateRes, ProvisioningCertificateData};
use opnc_services::{Ecosystem, pcp};

use super::query;
use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody, PathIds, Query, flag};

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
    mut query: Query,
) -> Result<Json<GetProvisioningCertificateRes>, Refusal> {
    let version = query::version(&mut query);
    query.finish()?;
    Ok(Json(pcp::get(&caller, &ecosystem, &pcid, version).await?))
}

/// DELETE /provisioningcertificates/{pcid}
pub(crate) async fn delete(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(pcid): PathIds<Pcid>,
    headers: HeaderMap,
    mut query: Query,
) -> Result<(), Refusal> {
    let version = query::version(&mut query);
    query.finish()?;
    let skip_revocation = flag(&headers, SKIP_REVOCATION, false)?;
    Ok(pcp::delete(&caller, &ecosystem, &pcid, version, skip_revocation).await?)
}

/// GET /lookupvehicle/{pcid}
pub(crate) async fn look_up(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(pcid): PathIds<Pcid>,
    mut query: Query,
) -> Result<(), Refusal> {
    let version = query::version(&mut query);
    query.finish()?;
    Ok(pcp::look_up(&caller, &ecosystem, &pcid, version).await?)
}
