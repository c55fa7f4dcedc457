//! The Certificate Provisioning Service: signs contract data, so that a car can trust whom it gets them from.

mod certificates;
mod foreign;
mod generate;
mod sign;
mod unsigned;

use opnc_messages::IsoVersion;
use opnc_messages::ids::Emaid;

use crate::ServiceError;

pub use certificates::certificates;
pub(crate) use foreign::check;
pub use generate::generate_and_sign;
pub use sign::sign;
pub(crate) use unsigned::check_curve;

/// Refuses what the generation of ISO 15118 cannot carry.
pub(crate) fn check_version(version: IsoVersion, emaid: &Emaid) -> Result<(), ServiceError> {
    version.check_emaid(emaid).map_err(|rule| ServiceError::invalid(format!("emaid : {rule}")))
}
