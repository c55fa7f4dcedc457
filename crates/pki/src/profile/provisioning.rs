//! The certificate that a car has from its maker, to which contract keys are wrapped.

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile, YEAR};
use crate::certificate::KeyUsage;

/// Key agreement, because the contract key is wrapped to it ([V2G2-822]).
pub const PROVISIONING: Profile = Profile {
    name: "provisioning certificate",
    version: IsoVersion::Iso2,
    level: Level::Leaf,
    domain_component: "OEM",
    common_name: CommonName::Pcid,
    key_usage: KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT),
    default_days: 4 * YEAR,
};

/// The same for ISO 15118-20.
pub const PROVISIONING_20: Profile = PROVISIONING.for_iso20();
