//! The Root Certificate Pool.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use opnc_messages::RootType;
use opnc_messages::ids::RootId;
use opnc_messages::rcp::{GetRootCertificateRes, PageRequest, RootCertificate};
use opnc_pki::key::sha256;
use opnc_services::Ecosystem;
use opnc_services::approvals::Pending;
use opnc_services::rcp::{self, RootQuery};
use serde::Serialize;
use uuid::Uuid;

use crate::error::Refusal;
use crate::extract::{Authorized, JsonBody, PathIds, Query};
use crate::routes::tag::is_known;
use crate::routes::trust_list;

/// A root that was put into the pool. The official file has no body here; clients that expect none ignore it.
#[derive(Serialize)]
pub(crate) struct PutAnswer {
    #[serde(flatten)]
    root: GetRootCertificateRes,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<PendingAnswer>,
}

/// A change that waits for another admin; an extension of ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PendingAnswer {
    change_id: Uuid,
    expires_at: Timestamp,
}

impl From<Pending> for PendingAnswer {
    fn from(pending: Pending) -> Self {
        Self { change_id: pending.change, expires_at: pending.expires_at }
    }
}

/// What DELETE says when the root is still there. When it is gone, the answer is empty, as in the official file.
#[derive(Serialize)]
pub(crate) struct DeletePendingAnswer {
    warnings: [String; 1],
    pending: PendingAnswer,
}

/// GET /rootcertificates: with an entity tag, so that who looks often is told in a line that nothing has changed.
pub(crate) async fn list(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, Refusal> {
    let root_type = query.optional("pkiType", "must be one of V2G, eMSP, OEM and PE", RootType::parse);
    let trust_list = query.optional("rootCtlList", trust_list::RULE, trust_list::parse);
    let page = PageRequest::parse(query.text("page"), query.text("pageSize"));
    let page = page.unwrap_or_else(|problems| {
        problems.into_iter().for_each(|problem| query.problem(problem));
        None
    });
    query.finish()?;
    let roots = rcp::list(&caller, &ecosystem, RootQuery { root_type, trust_list, page }).await?;
    let body = serde_json::to_vec(&roots).map_err(Refusal::internal)?;
    let tag = format!("\"{}\"", hex::encode(sha256(&body).first_chunk::<16>().unwrap_or(&[0; 16])));
    let known = is_known(&headers, &tag);
    let headers = [(ETAG, HeaderValue::try_from(tag).map_err(Refusal::internal)?)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response())
}

/// GET /rootcertificates/{rootCertificateId}
pub(crate) async fn get(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(id): PathIds<RootId>,
) -> Result<Json<GetRootCertificateRes>, Refusal> {
    Ok(Json(rcp::get(&caller, &ecosystem, &id).await?))
}

/// PUT /rootcertificates
pub(crate) async fn put(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    JsonBody(root): JsonBody<RootCertificate>,
) -> Result<Json<PutAnswer>, Refusal> {
    let put = rcp::put(&caller, &ecosystem, root).await?;
    let root = GetRootCertificateRes { root_certificate: put.root_certificate };
    Ok(Json(PutAnswer { root, warnings: put.warnings, pending: put.pending.map(PendingAnswer::from) }))
}

/// DELETE /rootcertificates/{rootCertificateId}
pub(crate) async fn delete(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    PathIds(id): PathIds<RootId>,
) -> Result<Response, Refusal> {
    let pending = rcp::delete(&caller, &ecosystem, &id).await?;
    Ok(match pending {
        None => ().into_response(),
        Some(pending) => {
            let warnings = [format!("{}.", rcp::WAITS)];
            Json(DeletePendingAnswer { warnings, pending: pending.into() }).into_response()
        }
    })
}
