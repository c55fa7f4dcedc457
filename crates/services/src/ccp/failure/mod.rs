//! Refusals of a certificate installation: the same reason in words for the backend and as an answer for the car.

mod iso2;
mod iso20;

use jiff::Timestamp;
use opnc_messages::{IsoVersion, texts};
use opnc_store::contracts::Contract;

use crate::ServiceError;
use crate::error::{InstallationAnswer, Missing};

/// Why a car gets nothing. Each generation of ISO 15118 has its own response codes for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// There is no such car, or no contract that it could be given.
    NoContract,
    /// The provisioning certificate does not lead to a root, or is not the one that is published.
    CertificateChain,
    /// A certificate has ended: of the car, of the contract, or of the CPS.
    Expired,
    /// A certificate was revoked: of the car, of the contract, or of the CPS.
    Revoked,
    /// The contract has not begun.
    NotYetValid,
    /// The request is not signed by the car, or is not what it signed.
    Signature,
    /// The request cannot be answered with a contract by its own terms.
    Request,
}

/// Makes refusals for one request.
pub(super) struct Refusal {
    version: IsoVersion,
    session_id: Vec<u8>,
    /// For the header of ISO 15118-20, in seconds since 1970.
    timestamp: u64,
    always_return_exi: bool,
}

impl Refusal {
    /// For an ISO 15118-2 request that could be read; its session goes into the answers.
    pub(super) fn to_iso2(request: &opnc_exi::iso2::Header, always_return_exi: bool) -> Self {
        let session_id = request.session_id.clone();
        Self { version: IsoVersion::Iso2, session_id, timestamp: 0, always_return_exi }
    }

    /// For an ISO 15118-20 request that could be read; its session goes into the answers, with the time of answering.
    pub(super) fn to_iso20(request: &opnc_exi::iso20::Header, timestamp: u64, always_return_exi: bool) -> Self {
        let session_id = request.session_id.to_vec();
        Self { version: IsoVersion::Iso20, session_id, timestamp, always_return_exi }
    }

    /// The refusal with an ISO response code and the words for it (B14).
    pub(super) fn with(&self, reason: Reason, message: impl Into<String>) -> ServiceError {
        let (exi, missing) = match self.version {
            IsoVersion::Iso2 => {
                let code = iso2::code(reason);
                (self.exi(|| iso2::failed(&self.session_id, code)), iso2::is_missing(code))
            }
            IsoVersion::Iso20 => {
                let code = iso20::code(reason);
                (self.exi(|| iso20::failed(&self.session_id, self.timestamp, code)), iso20::is_missing(code))
            }
        };
        match exi {
            Ok(exi) => ServiceError::Installation {
                message: message.into(),
                missing: missing.then_some(Missing::Contract),
                exi: exi.map(|exi| InstallationAnswer { exi, version: self.version }),
            },
            Err(error) => ServiceError::internal(error),
        }
    }

    /// The refusal of a car that is not known here.
    pub(super) fn unknown_car(&self) -> ServiceError {
        match self.with(Reason::NoContract, texts::PROVISIONING_CERTIFICATE_NOT_FOUND) {
            ServiceError::Installation { message, exi, .. } => {
                ServiceError::Installation { message, missing: Some(Missing::Car), exi }
            }
            other => other,
        }
    }

    fn exi(
        &self,
        failed: impl FnOnce() -> Result<Vec<u8>, opnc_exi::EncodeError>,
    ) -> Result<Option<Vec<u8>>, opnc_exi::EncodeError> {
        self.always_return_exi.then(failed).transpose()
    }
}

impl Refusal {
    /// Refuses a contract that cannot be used now, with the reason.
    pub(super) fn unless_valid(&self, contract: &Contract, now: Timestamp) -> Result<(), ServiceError> {
        let (reason, text) = if contract.not_after < now {
            (Reason::Expired, format!("The contract certificate expired on {}.", contract.not_after))
        } else if contract.cps_not_after < now {
            let end = contract.cps_not_after;
            (Reason::Expired, format!("The certificate of the CPS that signed expired on {end}."))
        } else if contract.not_before > now {
            let begin = contract.not_before;
            (Reason::NotYetValid, format!("The contract certificate is not valid before {begin}."))
        } else {
            return Ok(());
        };
        Err(self.with(reason, text))
    }
}
