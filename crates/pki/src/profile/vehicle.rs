//! The TLS certificate of a car (`caDomain=veh`), which stands beside its provisioning certificate.

use opnc_messages::IsoVersion;

use super::{CommonName, Level, Profile, YEAR};
use crate::certificate::KeyUsage;

/// Its name is the PCID, as in the provisioning certificate.
pub const VEHICLE: Profile = Profile {
    name: "vehicle certificate",
    version: IsoVersion::Iso2,
    level: Level::Leaf,
    domain_component: "OEM",
    common_name: CommonName::Pcid,
    key_usage: KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT),
    default_days: 4 * YEAR,
};

/// The same for ISO 15118-20.
pub const VEHICLE_20: Profile = VEHICLE.for_iso20();
