//! The TLS certificate of a charging station (SECC).

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile};
use crate::certificate::KeyUsage;

/// Short lived: stations renew it themselves.
pub const SECC: Profile = Profile {
    name: "SECC certificate",
    version: IsoVersion::Iso2,
    level: Level::Leaf,
    domain_component: "CPO",
    common_name: CommonName::EvseId,
    key_usage: KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT),
    default_days: 90,
};

/// In ISO 15118-20 the domain component ends in `CSO`.
pub const SECC_20: Profile = Profile { domain_component: "CSO", ..SECC.for_iso20() };
