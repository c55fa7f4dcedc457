//! The certificate with which a CA lets somebody answer OCSP requests in its place.

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile};
use crate::certificate::KeyUsage;

/// Short-lived, and itself beyond revocation (`id-pkix-ocsp-nocheck`): whoever holds its key can answer until it ends.
pub const OCSP_RESPONDER: Profile = Profile {
    name: "OCSP responder certificate",
    version: IsoVersion::Iso2,
    level: Level::OcspResponder,
    // None that any car or station looks for.
    domain_component: "OCSP",
    common_name: CommonName::Free,
    key_usage: KeyUsage::DIGITAL_SIGNATURE,
    default_days: 7,
};

/// The same for ISO 15118-20.
pub const OCSP_RESPONDER_20: Profile = OCSP_RESPONDER.for_iso20();
