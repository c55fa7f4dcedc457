//! The CAs between a root and contract certificates.

use opnc_messages::IsoVersion;

use super::{CA_USAGE, CommonName, Level, Profile, YEAR};
use crate::certificate::KeyUsage;

/// Below an eMSP or V2G root.
pub const EMSP_SUB_CA_1: Profile = Profile {
    name: "eMSP sub CA 1",
    version: IsoVersion::Iso2,
    level: Level::SubCa { path_length: 1 },
    domain_component: "MO",
    common_name: CommonName::Free,
    key_usage: CA_USAGE,
    default_days: 20 * YEAR,
};

/// Issues contract certificates; the only CA that may sign data as well.
pub const EMSP_SUB_CA_2: Profile = Profile {
    name: "eMSP sub CA 2",
    version: IsoVersion::Iso2,
    level: Level::SubCa { path_length: 0 },
    domain_component: "MO",
    common_name: CommonName::Free,
    key_usage: CA_USAGE.with(KeyUsage::DIGITAL_SIGNATURE).with(KeyUsage::NON_REPUDIATION),
    default_days: 10 * YEAR,
};

/// The same for ISO 15118-20.
pub const EMSP_SUB_CA_1_20: Profile = EMSP_SUB_CA_1.for_iso20();
/// The same for ISO 15118-20.
pub const EMSP_SUB_CA_2_20: Profile = EMSP_SUB_CA_2.for_iso20();
