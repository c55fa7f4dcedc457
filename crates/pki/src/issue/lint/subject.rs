//! Lints over the subject's name.

use super::{Case, demand};
use crate::certificate::attribute;

/// The common name is what the profile says: an EMAID, a PCID, an EVSE ID.
pub(super) fn common_name_of_profile(case: &Case<'_>) -> Result<(), String> {
    let profile = case.draft.profile;
    let name = case.certificate.common_name().ok_or("the subject has no common name")?;
    profile.common_name.check(name, profile.version)
}

/// The one domain component is the profile's; stations and cars look at it.
pub(super) fn domain_component_of_profile(case: &Case<'_>) -> Result<(), String> {
    let expected = case.draft.profile.domain_component;
    let found: Vec<_> = case.certificate.domain_components().collect();
    demand(found == [expected], || format!("the subject's DC is {found:?} instead of {expected:?}"))
}

/// No attribute occurs twice: a reader might take either.
pub(super) fn attributes_once(case: &Case<'_>) -> Result<(), String> {
    let subject = case.certificate.subject();
    let kinds = [attribute::COMMON_NAME, attribute::ORGANIZATION, attribute::COUNTRY];
    let twice = kinds.into_iter().find(|kind| subject.all(*kind).count() > 1);
    demand(twice.is_none(), || format!("the subject {subject} has an attribute twice"))
}
