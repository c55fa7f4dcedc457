//! Lints over keys, extensions and sizes.

use super::{Case, demand};
use crate::key::Algorithm;
use crate::ocsp::OCSP_SIGNING;
use crate::profile::Level;

/// The key usage is the profile's, neither more nor less.
pub(super) fn key_usage_of_profile(case: &Case<'_>) -> Result<(), String> {
    let expected = case.draft.profile.key_usage;
    let found = case.certificate.key_usage().unwrap_or_default();
    demand(found == expected, || format!("the key usage is {found} instead of {expected}"))
}

/// CA flag and path length are the profile's.
pub(super) fn constraints_of_profile(case: &Case<'_>) -> Result<(), String> {
    let profile = case.draft.profile;
    let constraints = case.certificate.basic_constraints().ok_or("there are no basic constraints")?;
    let expected = (profile.is_ca(), profile.path_length().map(u32::from));
    let found = (constraints.ca, constraints.path_length);
    demand(found == expected && !constraints.explicit_false, || {
        format!("CA flag and path length are {found:?} instead of {expected:?}")
    })
}

/// Key and signature are of the algorithms of the profile's version.
pub(super) fn algorithm_of_profile(case: &Case<'_>) -> Result<(), String> {
    let profile = case.draft.profile;
    let allowed = |algorithm| profile.algorithms().contains(&algorithm);
    let key = case.certificate.public_key().algorithm();
    demand(allowed(key), || format!("a key of {key} is none of {}", profile.version))?;
    let signature = case.certificate.signature_algorithm();
    demand(signature.is_some_and(allowed), || {
        let found = signature.map_or("an unknown algorithm", Algorithm::as_str);
        format!("a signature of {found} is none of {}", profile.version)
    })
}

/// The key identifier is the 8 bytes that ISO 15118-20 reckons with.
pub(super) fn short_key_id(case: &Case<'_>) -> Result<(), String> {
    let expected = case.certificate.public_key().short_key_id();
    demand(case.certificate.subject_key_id() == Some(&expected), || {
        "the subject key identifier is not the 8 bytes of RFC 5280, method 2".to_owned()
    })
}

/// Positive, at most 20 bytes, and room for 64 random bits (RFC 5280, 4.1.2.2).
pub(super) fn serial_positive_and_long(case: &Case<'_>) -> Result<(), String> {
    let serial = case.certificate.serial();
    let positive = serial == case.draft.serial.as_bytes() && serial.first().is_some_and(|first| *first < 0x80);
    demand(positive && (8..=20).contains(&serial.len()), || {
        format!("the serial number {} is not positive with 8 to 20 bytes", hex::encode(serial))
    })
}

/// URLs are plain HTTP or HTTPS, with a host.
pub(super) fn urls_are_http(case: &Case<'_>) -> Result<(), String> {
    let extensions = case.certificate.extensions();
    let urls = extensions.ocsp_urls.iter().chain(&extensions.ca_issuers_urls).chain(&extensions.crl_urls);
    let is_http = |url: &str| {
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && url.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let wrong: Vec<_> = urls.filter(|url| !is_http(url)).collect();
    demand(wrong.is_empty(), || format!("{wrong:?} are not URLs of HTTP"))
}

/// No extension that the standard does not define.
pub(super) fn nothing_else(case: &Case<'_>) -> Result<(), String> {
    let extensions = case.certificate.extensions();
    let answers = case.draft.profile.level == Level::OcspResponder;
    let purposes: &[_] = if answers { &[OCSP_SIGNING] } else { &[] };
    let clean = extensions.extended_key_usage == purposes
        && extensions.ocsp_no_check == answers
        && extensions.dns_names.is_empty()
        && extensions.unknown_critical.is_empty();
    demand(clean, || "there is an extension that ISO 15118 does not define".to_owned())
}

/// No longer than cars can take.
pub(super) fn size_within_limit(case: &Case<'_>) -> Result<(), String> {
    let (length, limit) = (case.certificate.der().len(), case.draft.profile.version.max_certificate_size());
    demand(length <= limit, || format!("the certificate has up to {length} bytes of DER; at most {limit} are allowed"))
}
