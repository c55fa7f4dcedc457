//! GetSignedContractDataByCertificateInstallationReq: a car at a charging station asks for its contracts.
//!
//! Both generations of ISO 15118 go the same way: read, verify what the car signed, find the car, check its chain, choose.
//! They differ in what the message holds and in how many contracts answer it.

mod asked;
mod car;
mod choice;
mod iso2;
mod iso20;
mod revoked;
mod roots;

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ccp::{GetSignedContractDataReq, GetSignedContractDataRes};

pub(crate) use asked::Asked;

use crate::federation::{self, Answer, Question};
use crate::{Caller, Ecosystem, ServiceError};

/// GetSignedContractDataByCertificateInstallationReq: checks the car's request and answers with its default contract, in
/// ISO 15118-20 with as many of its contracts as it takes. Where there is none here, peers may have it.
///
/// # Errors
/// [`ServiceError::Invalid`] for what is no readable request, [`ServiceError::Installation`] for one that is refused.
pub async fn install(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: GetSignedContractDataReq,
    always_return_exi: bool,
) -> Result<GetSignedContractDataRes, ServiceError> {
    ecosystem.misses().check(caller, ecosystem.now())?;
    let own = async {
        let exi = request.certificate_installation_req.as_bytes();
        match request.iso_version {
            IsoVersion::Iso2 => iso2::install(caller, ecosystem, exi, always_return_exi).await,
            IsoVersion::Iso20 => iso20::install(caller, ecosystem, exi, always_return_exi).await,
        }
    };
    let question = || {
        let asked = Asked::read(ecosystem, &request, always_return_exi)?;
        Ok(Question::Installation { request: request.clone(), asked })
    };
    let take = |answer| match answer {
        Answer::Signed(found) => Some(found),
        _ => None,
    };
    federation::first(caller, ecosystem, question, own, take).await
}

/// A time as headers of ISO 15118-20 have it: seconds since 1970.
pub(super) fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}
