//! The certificate with which a Certificate Provisioning Service signs contract data.

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile};
use crate::certificate::KeyUsage;

/// Cars look for its `DC=CPS`.
pub const CPS: Profile = Profile {
    name: "CPS certificate",
    version: IsoVersion::Iso2,
    level: Level::Leaf,
    domain_component: "CPS",
    common_name: CommonName::Free,
    key_usage: KeyUsage::DIGITAL_SIGNATURE,
    default_days: 90,
};

/// The same for ISO 15118-20.
pub const CPS_20: Profile = CPS.for_iso20();
