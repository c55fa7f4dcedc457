//! The state of certificates: OCSP by POST and GET, revocation lists, and the certificates of our CAs.

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use opnc_pki::crl::CRL_TYPE;
use opnc_pki::ocsp::{MAX_REQUEST, RESPONSE_TYPE};
use opnc_services::status::{self, Answer, Caching};
use opnc_services::{Ecosystem, ServiceError};

use crate::error::Refusal;

/// For how long somebody on the way may keep what can be revoked at any time, in seconds.
const MAX_AGE: i64 = 60;
const CERTIFICATE_TYPE: &str = "application/pkix-cert";
/// As clients really send it: with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `POST /ocsp` (RFC 6960, A.1).
pub(crate) async fn ocsp_post(State(ecosystem): State<Ecosystem>, body: Body) -> Response {
    // What is longer cannot be read, and says so as OCSP does.
    let request = to_bytes(body, MAX_REQUEST).await.unwrap_or_default();
    posted(&*status::answer(&ecosystem, &request).await)
}

/// `GET /ocsp/{request in base64}`, which caches may keep (RFC 5019, 5 and 6).
pub(crate) async fn ocsp_get(State(ecosystem): State<Ecosystem>, asked: Request) -> Result<Response, Refusal> {
    let request = in_path(asked.uri().path()).ok_or_else(|| {
        let text = "The path behind /ocsp/ is not the base64 of an OCSP request (RFC 6960, appendix A).";
        Refusal::new(StatusCode::BAD_REQUEST, text)
    })?;
    Ok(got(asked.headers(), &*status::answer(&ecosystem, &request).await, ecosystem.now()))
}

/// The OCSP request in a path as it came: some escape the characters of base64 and some do not.
pub(super) fn in_path(path: &str) -> Option<Vec<u8>> {
    let text = path.strip_prefix("/ocsp/")?.trim_start_matches('/');
    BASE64.decode(unescape(text)?).ok()
}

/// An answer to who sent its request as a body: nobody on the way keeps it.
pub(super) fn posted(answer: &Answer) -> Response {
    ([(header::CONTENT_TYPE, RESPONSE_TYPE), (header::CACHE_CONTROL, "no-store")], answer.der.clone()).into_response()
}

/// An answer to who sent its request in the path.
pub(super) fn got(headers: &HeaderMap, answer: &Answer, now: Timestamp) -> Response {
    match &answer.caching {
        Some(caching) => cached(headers, RESPONSE_TYPE, &answer.der, caching, now),
        None => posted(answer),
    }
}

/// `GET /crl/{id}.crl`
pub(crate) async fn crl(
    State(ecosystem): State<Ecosystem>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = name.strip_suffix(".crl").unwrap_or_default();
    let list = status::list(&ecosystem, id).await?.ok_or_else(no_such_ca)?;
    Ok(cached(&headers, CRL_TYPE, &list.der, &list.caching, ecosystem.now()))
}

/// `GET /ca/{id}.cer`
pub(crate) async fn ca(State(ecosystem): State<Ecosystem>, Path(name): Path<String>) -> Result<Response, Refusal> {
    let id = name.strip_suffix(".cer").unwrap_or_default();
    let der = status::authority(&ecosystem, id).await?.ok_or_else(no_such_ca)?;
    // Another certificate has another name.
    let headers = [(header::CONTENT_TYPE, CERTIFICATE_TYPE), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, der).into_response())
}

fn no_such_ca() -> ServiceError {
    ServiceError::NotFound("None of the CAs here has this name; certificates carry the URLs of theirs.".to_owned())
}

/// A signed thing that is good for a while, or 304 to who has it already.
fn cached(request: &HeaderMap, content_type: &'static str, der: &[u8], caching: &Caching, now: Timestamp) -> Response {
    let left = caching.until.as_second().saturating_sub(now.as_second()).clamp(0, MAX_AGE);
    let known = request.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == caching.etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type)], der.to_vec()).into_response()
    };
    let headers = response.headers_mut();
    let mut put = |name, text: &str| headers.extend(HeaderValue::try_from(text).ok().map(|value| (name, value)));
    put(header::CACHE_CONTROL, &format!("max-age={left}, public, no-transform, must-revalidate"));
    put(header::ETAG, &caching.etag);
    put(header::LAST_MODIFIED, &caching.last_modified);
    put(header::EXPIRES, &caching.expires);
    response
}

/// Replaces `%2B` and the like; `None` for what is no escape.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
            plain.extend(u8::try_from(high * 16 + low));
        } else {
            plain.push(byte);
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(unescape("MA%3d%2B/a").unwrap(), b"MA=+/a");
        for wrong in ["%", "%3", "%3x", "%%41"] {
            assert_eq!(unescape(wrong), None, "{wrong}");
        }
    }
}
