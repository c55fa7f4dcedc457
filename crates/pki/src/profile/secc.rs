//! The TLS certificate of a charging station (SECC).

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile};
use crate::certificate::KeyUsage;
use crate::key::Algorithm;

/// Short lived: stations renew it themselves.
pub const SECC: Profile = Profile {
    name: "SECC certificate",
    version: IsoVersion::Iso2,
    algorithm: Algorithm::Secp256r1,
    level: Level::Leaf,
    domain_component: "CPO",
    common_name: CommonName::EvseId,
    key_usage: KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT),
    default_days: 90,
};
