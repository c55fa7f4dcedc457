//! The root of a car maker that has one of its own, instead of sub CAs below a V2G root.

use opnc_messages::IsoVersion;

use super::{CA_USAGE, CommonName, Level, Profile, YEAR};

/// The anchor of provisioning certificates.
pub const OEM_ROOT: Profile = Profile {
    name: "OEM root CA",
    version: IsoVersion::Iso2,
    level: Level::Root,
    domain_component: "OEM",
    common_name: CommonName::Free,
    key_usage: CA_USAGE,
    default_days: 40 * YEAR,
};

/// The same for ISO 15118-20.
pub const OEM_ROOT_20: Profile = OEM_ROOT.for_iso20();
