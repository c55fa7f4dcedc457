//! The root of an eMSP that has one of its own, instead of sub CAs below a V2G root.

use opnc_messages::IsoVersion;

use super::{CA_USAGE, CommonName, Level, Profile, YEAR};

/// The anchor of contract certificates. `DC` keeps the name of ISO 15118 for an eMSP: `MO`.
pub const EMSP_ROOT: Profile = Profile {
    name: "eMSP root CA",
    version: IsoVersion::Iso2,
    level: Level::Root,
    domain_component: "MO",
    common_name: CommonName::Free,
    key_usage: CA_USAGE,
    default_days: 40 * YEAR,
};

/// The same for ISO 15118-20.
pub const EMSP_ROOT_20: Profile = EMSP_ROOT.for_iso20();
