//! The V2G root: the anchor of stations, of the CPS, and of everybody who has no root of their own.

use opnc_messages::IsoVersion;

use super::{CA_USAGE, CommonName, Level, Profile, YEAR};

/// Forty years, as the roots in the field.
pub const V2G_ROOT: Profile = Profile {
    name: "V2G root CA",
    version: IsoVersion::Iso2,
    level: Level::Root,
    domain_component: "V2G",
    common_name: CommonName::Free,
    key_usage: CA_USAGE,
    default_days: 40 * YEAR,
};

/// The same for ISO 15118-20.
pub const V2G_ROOT_20: Profile = V2G_ROOT.for_iso20();
