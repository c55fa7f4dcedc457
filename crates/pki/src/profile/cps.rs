//! The certificate with which a Certificate Provisioning Service signs contract data.

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile};
use crate::certificate::KeyUsage;
use crate::key::Algorithm;

/// Cars look for its `DC=CPS`.
pub const CPS: Profile = Profile {
    name: "CPS certificate",
    version: IsoVersion::Iso2,
    algorithm: Algorithm::Secp256r1,
    level: Level::Leaf,
    domain_component: "CPS",
    common_name: CommonName::Free,
    key_usage: KeyUsage::DIGITAL_SIGNATURE,
    default_days: 90,
};
