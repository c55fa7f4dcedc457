//! The root of an eMSP that has one of its own, instead of sub CAs below a V2G root.

use opnc_messages::IsoVersion;

use super::{CA_USAGE, CommonName, Level, Profile, YEAR};
use crate::key::Algorithm;

/// The anchor of contract certificates. `DC` keeps the name of ISO 15118 for an eMSP: `MO`.
pub const EMSP_ROOT: Profile = Profile {
    name: "eMSP root CA",
    version: IsoVersion::Iso2,
    algorithm: Algorithm::Secp256r1,
    level: Level::Root,
    domain_component: "MO",
    common_name: CommonName::Free,
    key_usage: CA_USAGE,
    default_days: 40 * YEAR,
};
