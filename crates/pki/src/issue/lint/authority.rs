//! Lints over a certificate and its issuer.

use super::{Case, demand};
use crate::certificate::KeyUsage;

/// It ends after it begins.
pub(super) fn validity_in_order(case: &Case<'_>) -> Result<(), String> {
    let (first, last) = (case.certificate.not_before(), case.certificate.not_after());
    demand(first < last, || format!("the validity ends ({last}) before it begins ({first})"))
}

/// It is valid only while its issuer is: in the shell model it would be worthless outside.
pub(super) fn validity_inside_issuer(case: &Case<'_>) -> Result<(), String> {
    let Some(issuer) = case.draft.issuer else { return Ok(()) };
    let (first, last) = (case.certificate.not_before(), case.certificate.not_after());
    demand(issuer.not_before() <= first && last <= issuer.not_after(), || {
        format!(
            "the validity {first} to {last} is not inside the issuer's, {} to {}",
            issuer.not_before(),
            issuer.not_after()
        )
    })
}

/// Name and key identifier of the issuer are exactly those of its certificate.
pub(super) fn issuer_is_named(case: &Case<'_>) -> Result<(), String> {
    let certificate = case.certificate;
    let issuer = case.draft.issuer.unwrap_or(certificate);
    demand(certificate.issuer() == issuer.subject(), || format!("the issuer is not named {}", issuer.subject()))?;
    demand(issuer.subject_key_id().is_some() && certificate.authority_key_id() == issuer.subject_key_id(), || {
        "the authority key identifier is not the issuer's key identifier".to_owned()
    })
}

/// The issuer is a CA that may sign certificates; only a root has none.
pub(super) fn issuer_may_issue(case: &Case<'_>) -> Result<(), String> {
    use crate::profile::Level;
    let profile = case.draft.profile;
    let Some(issuer) = case.draft.issuer else {
        return demand(profile.level == Level::Root, || format!("a {} needs an issuer", profile.name));
    };
    demand(profile.level != Level::Root, || format!("a {} has no issuer but itself", profile.name))?;
    let signs = issuer.key_usage().is_some_and(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
    demand(issuer.is_ca() && signs, || format!("{} is not a CA", issuer.subject()))
}

/// The path length leaves room for this CA.
pub(super) fn path_length_below_issuer(case: &Case<'_>) -> Result<(), String> {
    let allowed = case.draft.issuer.and_then(|issuer| issuer.basic_constraints()?.path_length);
    let own = case.draft.profile.path_length().map(u32::from);
    let (Some(allowed), Some(own)) = (allowed, own) else { return Ok(()) };
    demand(own < allowed, || format!("below a CA of path length {allowed} there is no room for one of {own}"))
}

/// A key belongs to one certificate: nobody certifies the key of its own issuer.
pub(super) fn key_is_not_the_issuers(case: &Case<'_>) -> Result<(), String> {
    let same = case.draft.issuer.is_some_and(|issuer| issuer.public_key() == case.certificate.public_key());
    demand(!same, || "the subject's key is the issuer's".to_owned())
}
