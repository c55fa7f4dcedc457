//! The Certificate Provisioning Service: signs contract data, so that a car can trust whom it gets them from.

mod certificates;
mod generate;
mod sign;

use opnc_messages::IsoVersion;
use opnc_messages::ids::Emaid;

use crate::ServiceError;

pub use certificates::certificates;
pub use generate::generate_and_sign;
pub use sign::sign;

/// Refuses what the generation of ISO 15118 cannot carry.
pub(crate) fn check_version(version: IsoVersion, emaid: &Emaid) -> Result<(), ServiceError> {
    version.check_emaid(emaid).map_err(|rule| ServiceError::invalid(format!("emaid : {rule}")))?;
    match version {
        IsoVersion::Iso2 => Ok(()),
        IsoVersion::Iso20 => Err(ServiceError::invalid(
            "xsdMsgDefNamespace : contract data of ISO 15118-20 is not served here yet; use urn:iso:15118:2:2013:MsgDef",
        )),
    }
}
