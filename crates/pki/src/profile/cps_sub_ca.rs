//! The CAs between a V2G root and the certificate of a Certificate Provisioning Service.

use opnc_messages::IsoVersion;

use super::{CA_USAGE, CommonName, Level, Profile, YEAR};

/// Below the V2G root.
pub const CPS_SUB_CA_1: Profile = Profile {
    name: "CPS sub CA 1",
    version: IsoVersion::Iso2,
    level: Level::SubCa { path_length: 1 },
    domain_component: "CPS",
    common_name: CommonName::Free,
    key_usage: CA_USAGE,
    default_days: 20 * YEAR,
};

/// Issues CPS certificates.
pub const CPS_SUB_CA_2: Profile = Profile {
    name: "CPS sub CA 2",
    version: IsoVersion::Iso2,
    level: Level::SubCa { path_length: 0 },
    domain_component: "CPS",
    common_name: CommonName::Free,
    key_usage: CA_USAGE,
    default_days: 10 * YEAR,
};

/// The same for ISO 15118-20.
pub const CPS_SUB_CA_1_20: Profile = CPS_SUB_CA_1.for_iso20();
/// The same for ISO 15118-20.
pub const CPS_SUB_CA_2_20: Profile = CPS_SUB_CA_2.for_iso20();
