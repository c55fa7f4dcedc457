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
use opnc_messages::ccp::{GetSignedContractDataReq, GetSignedContractDataRes};
use opnc_messages::ids::Emaid;
use opnc_messages::{IsoVersion, SignedContractData};

pub(crate) use asked::Asked;
pub(super) use revoked::carried;

use crate::federation::{self, Answer, Question, Said};
use crate::{Caller, Ecosystem, ServiceError};

/// What our own pool says to a car.
enum Installed {
    /// These are its contracts.
    These(GetSignedContractDataRes),
    /// Its OEM has chosen this contract, which is not here (F3).
    Elsewhere(Emaid),
}

/// What is known of a contract that the OEM may have chosen in another pool.
enum Chosen {
    /// Nothing yet.
    Unasked,
    /// That it is gone.
    Gone,
    /// This is it, for this car, in its session.
    Here(Box<SignedContractData>),
}

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
    let asking = Asking { caller, ecosystem, request: &request, always_return_exi };
    let emaid = match asking.first(&Chosen::Unasked).await? {
        Installed::These(contracts) => return Ok(contracts),
        Installed::Elsewhere(emaid) => emaid,
    };
    let mut asked = Asked::read(ecosystem, &request, always_return_exi)?;
    asked.chosen = Some(emaid.clone());
    let missing = asked.missing();
    let question = Question::Installation { request: request.clone(), asked };
    let others = federation::with_peers(caller, ecosystem, &question).await?;
    let found = match others.answer {
        Some(Answer::Signed(found)) => found.signed_contract_data_collection,
        _ => Vec::new(),
    };
    let installed = match (found.into_iter().find(|one| one.emaid == emaid), others.said) {
        (Some(one), _) => asking.own(&Chosen::Here(Box::new(one))).await?,
        (None, Said::All) => {
            tracing::warn!("the contract that the OEM chose for a car is in no pool any more");
            asking.first(&Chosen::Gone).await?
        }
        (None, Said::Failed(again)) => return Err(federation::incomplete(ecosystem, missing, again)),
        (None, Said::Some(again)) => return Err(federation::left_alone(missing, again)),
    };
    match installed {
        Installed::These(contracts) => Ok(contracts),
        Installed::Elsewhere(_) => Err(ServiceError::internal("a choice that was asked for already")),
    }
}

/// A request and who brings it.
struct Asking<'a> {
    caller: &'a Caller,
    ecosystem: &'a Ecosystem,
    request: &'a GetSignedContractDataReq,
    always_return_exi: bool,
}

impl Asking<'_> {
    /// What our own pool says, or where it has nothing, what the peers have.
    async fn first(&self, chosen: &Chosen) -> Result<Installed, ServiceError> {
        let question = || {
            let asked = Asked::read(self.ecosystem, self.request, self.always_return_exi)?;
            Ok(Question::Installation { request: self.request.clone(), asked })
        };
        let take = |answer| match answer {
            Answer::Signed(found) => Some(Installed::These(found)),
            _ => None,
        };
        federation::first(self.caller, self.ecosystem, question, self.own(chosen), take).await
    }

    async fn own(&self, chosen: &Chosen) -> Result<Installed, ServiceError> {
        let exi = self.request.certificate_installation_req.as_bytes();
        match self.request.iso_version {
            IsoVersion::Iso2 => iso2::install(self.caller, self.ecosystem, exi, self.always_return_exi, chosen).await,
            IsoVersion::Iso20 => iso20::install(self.caller, self.ecosystem, exi, self.always_return_exi, chosen).await,
        }
    }
}

/// A time as headers of ISO 15118-20 have it: seconds since 1970.
pub(super) fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}
