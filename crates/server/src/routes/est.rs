//! Enrolment (EST, RFC 7030), at the paths of OPNC and at those of the RFC (P6).

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::Operation;
use opnc_pki::{Certificate, pkcs7};
use opnc_services::est::{self, Parameters, Selection};
use opnc_services::{Ecosystem, ServiceError};

use crate::error::Refusal;
use crate::extract::{Authorized, Query, Renewing, authorize, authorize_renewal, read_body};
use crate::state::App;

/// The largest body: three times the largest request, as base64 of PEM needs.
const BODY_LIMIT: usize = 24 * 1024;
/// As RFC 7030 spells the header, which RFC 8951 no longer asks for and clients look at.
const TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");
const CERTS_ONLY: &str = "application/pkcs7-mime; smime-type=certs-only";
/// The characters of a line of base64 (RFC 2045, 6.8).
const LINE: usize = 76;

/// An answer of EST: base64 with line breaks.
type Answer = ([(HeaderName, &'static str); 2], String);

/// What OPNC does not have and EST clients call, below the OPNC path of this version.
pub(crate) fn beside(app: &App, version: &str) -> Router<App> {
    let known = from_fn_with_state((app.clone(), Operation::CaCerts), authorize);
    let renewal = from_fn_with_state(app.clone(), authorize_renewal);
    Router::new()
        .route(&format!("/opnc/{version}/pki/est/csrattrs"), get(csr_attributes).layer(known))
        .route(&format!("/opnc/{version}/pki/est/simplereenroll"), post(renew).layer(renewal))
}

/// The paths of RFC 7030, with a label and without.
pub(crate) fn well_known(app: &App) -> Router<App> {
    let known = |operation| from_fn_with_state((app.clone(), operation), authorize);
    let renewal = from_fn_with_state(app.clone(), authorize_renewal);
    let mut router = Router::new();
    for folder in ["/.well-known/est", "/.well-known/est/{label}"] {
        router = router
            .route(&format!("{folder}/cacerts"), get(ca_certificates).layer(known(Operation::CaCerts)))
            .route(&format!("{folder}/csrattrs"), get(csr_attributes).layer(known(Operation::CaCerts)))
            .route(&format!("{folder}/simpleenroll"), post(enroll).layer(known(Operation::SimpleEnroll)))
            .route(&format!("{folder}/simplereenroll"), post(renew).layer(renewal.clone()));
    }
    router
}

/// GET cacerts
pub(crate) async fn ca_certificates(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    Asked(selection): Asked,
) -> Result<Answer, Refusal> {
    certs_only(&est::ca_certificates(&caller, &ecosystem, &selection).await?)
}

/// GET csrattrs
async fn csr_attributes(Authorized(caller): Authorized, Asked(selection): Asked) -> Result<Answer, Refusal> {
    Ok(answer("application/csrattrs", &est::csr_attributes(&caller, &selection)?))
}

/// POST simpleenroll
pub(crate) async fn enroll(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    Asked(selection): Asked,
    request: Request,
) -> Result<Answer, Refusal> {
    let body = read_body(request, BODY_LIMIT).await?;
    certs_only(&[est::enroll(&caller, &ecosystem, &selection, &body).await?])
}

/// POST simplereenroll
async fn renew(
    State(ecosystem): State<Ecosystem>,
    renewing: Renewing,
    Asked(selection): Asked,
    request: Request,
) -> Result<Answer, Refusal> {
    let body = read_body(request, BODY_LIMIT).await?;
    let certificate = match renewing {
        Renewing::Holder(holder) => holder.renew(&ecosystem, &selection, &body).await?,
        Renewing::Party(caller) => est::renew(&caller, &ecosystem, &selection, &body).await?,
    };
    certs_only(&[certificate])
}

fn certs_only(certificates: &[Certificate]) -> Result<Answer, Refusal> {
    let message = pkcs7::certs_only(certificates).map_err(ServiceError::internal)?;
    Ok(answer(CERTS_ONLY, &message))
}

fn answer(content_type: &'static str, der: &[u8]) -> Answer {
    let packed = BASE64_STANDARD.encode(der);
    let mut text = String::with_capacity(packed.len() + 2 * (packed.len() / LINE + 1));
    let mut rest = packed.as_str();
    while let Some((line, behind)) = rest.split_at_checked(LINE) {
        text.push_str(line);
        text.push_str("\r\n");
        rest = behind;
    }
    if !rest.is_empty() || text.is_empty() {
        text.push_str(rest);
        text.push_str("\r\n");
    }
    ([(CONTENT_TYPE, content_type), (TRANSFER_ENCODING, "base64")], text)
}

/// Which CA is asked.
pub(crate) struct Asked(Selection);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = match RawPathParams::from_request_parts(parts, state).await {
            Ok(path) => Some(path),
            // Not as if nothing had been said: the CA of the caller's role is another one.
            Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => {
                return Err(ServiceError::invalid("label : is not text in UTF-8").into());
            }
            Err(_) => None,
        };
        let label = path.as_ref().and_then(|params| params.iter().find(|(name, _)| *name == "label"));
        let query = match Query::from_request_parts(parts, state).await {
            Ok(query) => query,
            Err(never) => match never {},
        };
        let root = query.text("cpoV2GRootCertificateFingerprint").or(query.text("v2gRootCertificateFingerprint"));
        let sent = Parameters {
            label: label.map(|(_, label)| label),
            ca_domain: query.text("caDomain"),
            iso_version: query.text("iso15118Version"),
            algorithm: query.text("algorithm"),
            root,
        };
        Ok(Self(Selection::read(sent)?))
    }
}
