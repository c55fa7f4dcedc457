//! GET /opnc/v1/trust/bundle: the roots that somebody should hold, in the form that they can read.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use opnc_messages::IsoVersion;
use opnc_pki::chain::Purpose;
use opnc_services::Ecosystem;
use opnc_services::trust::bundle::{self, Bundle, Format, Wanted};

use crate::error::Refusal;
use crate::extract::{Authorized, Query};
use crate::routes::tag::is_known;
use crate::routes::trust_list;

/// The version of what is trusted, so that readers of PEM know what to ask the changes of.
const VERSION: HeaderName = HeaderName::from_static("opnc-trust-version");
/// What each form is called in `format`, and in `Accept`.
pub(crate) const FORMATS: [(&str, &str, Format); 4] = [
    ("pem", "application/x-pem-file", Format::Pem),
    ("zip", "application/zip", Format::Zip),
    ("json", "application/json", Format::Json),
    ("jws", "application/jose", Format::Jws),
];

/// Answers with the bundle; with what changed, to who names a version; with 304, to who has it already.
pub(crate) async fn bundle(
    State(ecosystem): State<Ecosystem>,
    Authorized(caller): Authorized,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, Refusal> {
    let wanted = Wanted {
        purpose: query.optional(
            "purpose",
            "must be one of contract, provisioning, cps, secc and vehicle",
            Purpose::parse,
        ),
        iso_version: query.optional(
            "iso15118Version",
            "must be ISO15118-2 or ISO15118-20 (2 or 20 for short)",
            version,
        ),
        trust_list: query.optional("trustList", trust_list::RULE, trust_list::parse),
        sub_cas: query.optional("subCas", "must be true or false", |text| text.parse().ok()).unwrap_or_default(),
    };
    let by_name = |text: &str| FORMATS.into_iter().find(|(name, ..)| *name == text).map(|(.., format)| format);
    let format = query.optional("format", "must be one of pem, zip, json and jws", by_name);
    let since = query.optional("since", "must be the version of an earlier bundle", |text| text.parse().ok());
    query.finish()?;
    let format = match format {
        Some(format) => format,
        None => accepted(&headers).ok_or_else(not_acceptable)?,
    };
    if let Some(since) = since {
        let (body, version) = bundle::changes(&caller, &ecosystem, &wanted, since, format).await?;
        let headers = [(CONTENT_TYPE, HeaderValue::from_static(media_type(format))), (VERSION, version.into())];
        return Ok((headers, body).into_response());
    }
    let made = bundle::get(&caller, &ecosystem, &wanted, format).await?;
    answer(&headers, &made)
}

fn answer(request: &HeaderMap, bundle: &Bundle) -> Result<Response, Refusal> {
    // A signature is another one each time it is made; what it signs is not.
    let weak = if bundle.format == Format::Jws { "W/" } else { "" };
    let tag = format!("\"{}\"", bundle.tag);
    let known = is_known(request, &tag);
    let headers = [
        (ETAG, HeaderValue::try_from(format!("{weak}{tag}")).map_err(Refusal::internal)?),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (VARY, HeaderValue::from_static("accept")),
        (VERSION, bundle.version.into()),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let body = Body::from(Bytes::from_owner(bundle.body.clone()));
    let content_type = [(CONTENT_TYPE, HeaderValue::from_static(media_type(bundle.format)))];
    Ok((headers, content_type, body).into_response())
}

fn version(text: &str) -> Option<IsoVersion> {
    let edition =
        text.get(..9).filter(|start| start.eq_ignore_ascii_case("ISO15118-")).and(text.get(9..)).unwrap_or(text);
    IsoVersion::ALL.into_iter().find(|version| version.as_str() == edition)
}

fn media_type(format: Format) -> &'static str {
    FORMATS.into_iter().find(|(.., one)| *one == format).map_or("application/octet-stream", |(_, name, _)| name)
}

/// The form that `Accept` likes best (RFC 9110, 12.5.1): JSON where any is welcome.
fn accepted(headers: &HeaderMap) -> Option<Format> {
    let Some(accept) = headers.get(ACCEPT).and_then(|value| value.to_str().ok()) else { return Some(Format::Json) };
    let mut best: Option<(f32, Format)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality =
            parts.filter_map(|part| part.strip_prefix("q=")).next().map_or(Some(1.0), |text| text.parse().ok());
        let quality = quality.unwrap_or(0.0);
        let format = match name {
            "*/*" | "application/*" => Some(Format::Json),
            "application/pem-certificate-chain" => Some(Format::Pem),
            _ => FORMATS.into_iter().find(|(_, one, _)| one.eq_ignore_ascii_case(name)).map(|(.., format)| format),
        };
        if let Some(format) = format
            && quality > 0.0
            && best.is_none_or(|(known, _)| quality > known)
        {
            best = Some((quality, format));
        }
    }
    best.map(|(_, format)| format)
}

fn not_acceptable() -> Refusal {
    let names = FORMATS.map(|(_, name, _)| name).join(", ");
    Refusal::new(
        StatusCode::NOT_ACCEPTABLE,
        format!("A bundle comes as one of: {names}. Or name a format in the query."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_accepts() {
        let accepted = |text: &'static str| accepted(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(text))]));
        assert_eq!(super::accepted(&HeaderMap::new()), Some(Format::Json));
        for (text, format) in [
            ("*/*", Some(Format::Json)),
            ("application/jose", Some(Format::Jws)),
            ("text/html, application/pem-certificate-chain;q=0.5", Some(Format::Pem)),
            ("application/zip;q=0.2, application/x-pem-file; q=0.3", Some(Format::Pem)),
            ("application/json;q=0, application/zip", Some(Format::Zip)),
            ("application/zip;q=nonsense", None),
            ("text/html", None),
        ] {
            assert_eq!(accepted(text), format, "{text}");
        }
    }
}
