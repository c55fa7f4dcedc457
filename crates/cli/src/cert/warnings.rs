//! What is unusual about a certificate.
//!
//! Nothing here makes us refuse a certificate: these are things that other software stumbles over, or that end soon.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_pki::certificate::{Certificate, check_size, is_near_limit};

/// The warnings about one certificate, each a sentence without a full stop.
pub(super) fn warnings(certificate: &Certificate, now: Timestamp) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn_if = |applies: bool, warning: &str| {
        if applies {
            warnings.push(warning.to_owned());
        }
    };
    warn_if(now < certificate.not_before(), "not valid yet");
    warn_if(now >= certificate.not_before() && !certificate.is_valid_at(now), "expired");
    warn_if(
        certificate.is_self_issued() && certificate.verify_signature(certificate.public_key()).is_err(),
        "names itself as its issuer, but its own key did not sign it",
    );
    warn_if(certificate.signature_algorithm().is_none(), "signed with an algorithm that ISO 15118 does not use");
    warn_if(
        !certificate.extended_key_usage().is_empty(),
        "has an extended key usage, which ISO 15118 does not define; strict software may refuse it",
    );
    warn_if(
        certificate.basic_constraints().is_some_and(|constraints| constraints.explicit_false),
        "writes cA FALSE out, which is not DER; strict software may refuse it",
    );
    warn_if(certificate.basic_constraints().is_none(), "has no basic constraints");
    warn_if(certificate.key_usage().is_none(), "has no key usage");
    warn_if(certificate.subject_key_id().is_none(), "has no subject key identifier");
    warn_if(
        !certificate.is_ca() && certificate.domain_components().next().is_none(),
        "has no domain component (DC) in its subject, by which ISO 15118 tells the kinds of leaves apart",
    );
    for oid in &certificate.extensions().unknown_critical {
        warnings.push(format!("has the critical extension {oid}, which nobody in this field is known to use"));
    }
    if let Err(too_long) = check_size(certificate, IsoVersion::Iso2) {
        warnings.push(format!("too long for ISO 15118-2: {too_long}"));
    } else if is_near_limit(certificate.der().len(), IsoVersion::Iso2) {
        warnings.push("near the size limit of ISO 15118-2: a renewal with a longer name may not fit".to_owned());
    }
    warnings
}
