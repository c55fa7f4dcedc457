//! The certificate with which a car pays.

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile, YEAR};
use crate::certificate::KeyUsage;

/// All four usages, as every contract certificate in the field.
pub const CONTRACT: Profile = Profile {
    name: "contract certificate",
    version: IsoVersion::Iso2,
    level: Level::Leaf,
    domain_component: "MO",
    common_name: CommonName::Emaid,
    key_usage: KeyUsage::DIGITAL_SIGNATURE
        .with(KeyUsage::NON_REPUDIATION)
        .with(KeyUsage::KEY_ENCIPHERMENT)
        .with(KeyUsage::KEY_AGREEMENT),
    default_days: 2 * YEAR,
};

/// The same for ISO 15118-20.
pub const CONTRACT_20: Profile = CONTRACT.for_iso20();
