//! The Contract Certificate Pool.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use opnc_messages::ccp::{
    AddSignedContractDataReq, GetContractDataRes, GetSignedContractDataReq, GetSignedContractDataRes,
};
use opnc_messages::header::{ALWAYS_RETURN_EXI, SKIP_REVOCATION};
use opnc_messages::ids::{Emaid, Pcid, SessionId};
use opnc_messages::texts;
use opnc_services::Ecosystem;
use opnc_services::ccp::{self, ProvideQuery};

use super::query;
use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody, PathIds, Query, flag};

/// POST /signedcontractdata
pub(crate) async fn install(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    headers: HeaderMap,
    JsonBody(request): JsonBody<GetSignedContractDataReq>,
) -> Result<Json<GetSignedContractDataRes>, Refusal> {
    let always_return_exi = flag(&headers, ALWAYS_RETURN_EXI, true)?;
    Ok(Json(ccp::install(&caller, &ecosystem, request, always_return_exi).await?))
}

/// PUT /signedcontractdata
pub(crate) async fn add(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(request): JsonBody<AddSignedContractDataReq>,
) -> Result<(), Refusal> {
    Ok(ccp::add(&caller, &ecosystem, request).await?)
}

/// DELETE /signedcontractdata/{emaid}
pub(crate) async fn delete(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(emaid): PathIds<Emaid>,
    headers: HeaderMap,
) -> Result<(), Refusal> {
    let skip_revocation = flag(&headers, SKIP_REVOCATION, false)?;
    Ok(ccp::delete(&caller, &ecosystem, &emaid, skip_revocation).await?)
}

/// GET /contractData/emaid/{emaid}
pub(crate) async fn by_emaid(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(emaid): PathIds<Emaid>,
    mut query: Query,
) -> Result<Json<GetContractDataRes>, Refusal> {
    let (version, cps_root) = (query::version(&mut query), query::cps_root(&mut query));
    query.finish()?;
    Ok(Json(ccp::by_emaid(&caller, &ecosystem, &emaid, version, cps_root).await?))
}

/// GET /contractData/pcid/{pcid}
pub(crate) async fn by_pcid(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(pcid): PathIds<Pcid>,
    mut query: Query,
) -> Result<Json<GetContractDataRes>, Refusal> {
    let version = query::version(&mut query);
    query.finish()?;
    Ok(Json(ccp::by_pcid(&caller, &ecosystem, &pcid, version).await?))
}

/// DELETE /contractData/pcid/{pcid}
pub(crate) async fn factory_reset(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(pcid): PathIds<Pcid>,
    headers: HeaderMap,
) -> Result<(), Refusal> {
    let skip_revocation = flag(&headers, SKIP_REVOCATION, false)?;
    Ok(ccp::factory_reset(&caller, &ecosystem, &pcid, skip_revocation).await?)
}

/// GET /signedcontractdata/{emaid}/{pcid}
pub(crate) async fn by_emaid_and_pcid(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds((emaid, pcid)): PathIds<(Emaid, Pcid)>,
    mut query: Query,
) -> Result<Json<GetSignedContractDataRes>, Refusal> {
    let wanted = ProvideQuery {
        session_id: session_id(&mut query),
        version: query::version(&mut query),
        cps_root: query::cps_root(&mut query),
    };
    query.finish()?;
    Ok(Json(ccp::by_emaid_and_pcid(&caller, &ecosystem, &emaid, &pcid, wanted).await?))
}

/// POST /signedcontractdata/{emaid}/{pcid}/setdefault
pub(crate) async fn set_default(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds((emaid, pcid)): PathIds<(Emaid, Pcid)>,
) -> Result<(), Refusal> {
    Ok(ccp::set_default(&caller, &ecosystem, &emaid, &pcid).await?)
}

/// `sessionID` (B15); what is wrong with it is said in the official words.
fn session_id(query: &mut Query) -> Option<SessionId> {
    let parsed = SessionId::parse(query.text("sessionID")?);
    if parsed.is_err() {
        query.problem(texts::SESSION_ID_INVALID.to_owned());
    }
    parsed.ok()
}
