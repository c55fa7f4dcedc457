//! `responseCodeType`: how a request ended.
//!
//! All values of the standard are here, also those of other messages: a peer may send any of them.

use crate::Error;
use crate::bits::{Reader, Writer};

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResponseCode {
    /// `OK`
    Ok,
    /// `OK_NewSessionEstablished`
    OkNewSessionEstablished,
    /// `OK_OldSessionJoined`
    OkOldSessionJoined,
    /// `OK_CertificateExpiresSoon`
    OkCertificateExpiresSoon,
    /// `FAILED`
    Failed,
    /// `FAILED_SequenceError`
    FailedSequenceError,
    /// `FAILED_ServiceIDInvalid`
    FailedServiceIdInvalid,
    /// `FAILED_UnknownSession`
    FailedUnknownSession,
    /// `FAILED_ServiceSelectionInvalid`
    FailedServiceSelectionInvalid,
    /// `FAILED_PaymentSelectionInvalid`
    FailedPaymentSelectionInvalid,
    /// `FAILED_CertificateExpired`
    FailedCertificateExpired,
    /// `FAILED_SignatureError`
    FailedSignatureError,
    /// `FAILED_NoCertificateAvailable`
    FailedNoCertificateAvailable,
    /// `FAILED_CertChainError`
    FailedCertChainError,
    /// `FAILED_ChallengeInvalid`
    FailedChallengeInvalid,
    /// `FAILED_ContractCanceled`
    FailedContractCanceled,
    /// `FAILED_WrongChargeParameter`
    FailedWrongChargeParameter,
    /// `FAILED_PowerDeliveryNotApplied`
    FailedPowerDeliveryNotApplied,
    /// `FAILED_TariffSelectionInvalid`
    FailedTariffSelectionInvalid,
    /// `FAILED_ChargingProfileInvalid`
    FailedChargingProfileInvalid,
    /// `FAILED_MeteringSignatureNotValid`
    FailedMeteringSignatureNotValid,
    /// `FAILED_NoChargeServiceSelected`
    FailedNoChargeServiceSelected,
    /// `FAILED_WrongEnergyTransferMode`
    FailedWrongEnergyTransferMode,
    /// `FAILED_ContactorError`
    FailedContactorError,
    /// `FAILED_CertificateNotAllowedAtThisEVSE`
    FailedCertificateNotAllowedAtThisEvse,
    /// `FAILED_CertificateRevoked`
    FailedCertificateRevoked,
}

/// Every value with its name, in the order of the schema, which gives their numbers in EXI.
const NAMES: [(ResponseCode, &str); 26] = [
    (ResponseCode::Ok, "OK"),
    (ResponseCode::OkNewSessionEstablished, "OK_NewSessionEstablished"),
    (ResponseCode::OkOldSessionJoined, "OK_OldSessionJoined"),
    (ResponseCode::OkCertificateExpiresSoon, "OK_CertificateExpiresSoon"),
    (ResponseCode::Failed, "FAILED"),
    (ResponseCode::FailedSequenceError, "FAILED_SequenceError"),
    (ResponseCode::FailedServiceIdInvalid, "FAILED_ServiceIDInvalid"),
    (ResponseCode::FailedUnknownSession, "FAILED_UnknownSession"),
    (ResponseCode::FailedServiceSelectionInvalid, "FAILED_ServiceSelectionInvalid"),
    (ResponseCode::FailedPaymentSelectionInvalid, "FAILED_PaymentSelectionInvalid"),
    (ResponseCode::FailedCertificateExpired, "FAILED_CertificateExpired"),
    (ResponseCode::FailedSignatureError, "FAILED_SignatureError"),
    (ResponseCode::FailedNoCertificateAvailable, "FAILED_NoCertificateAvailable"),
    (ResponseCode::FailedCertChainError, "FAILED_CertChainError"),
    (ResponseCode::FailedChallengeInvalid, "FAILED_ChallengeInvalid"),
    (ResponseCode::FailedContractCanceled, "FAILED_ContractCanceled"),
    (ResponseCode::FailedWrongChargeParameter, "FAILED_WrongChargeParameter"),
    (ResponseCode::FailedPowerDeliveryNotApplied, "FAILED_PowerDeliveryNotApplied"),
    (ResponseCode::FailedTariffSelectionInvalid, "FAILED_TariffSelectionInvalid"),
    (ResponseCode::FailedChargingProfileInvalid, "FAILED_ChargingProfileInvalid"),
    (ResponseCode::FailedMeteringSignatureNotValid, "FAILED_MeteringSignatureNotValid"),
    (ResponseCode::FailedNoChargeServiceSelected, "FAILED_NoChargeServiceSelected"),
    (ResponseCode::FailedWrongEnergyTransferMode, "FAILED_WrongEnergyTransferMode"),
    (ResponseCode::FailedContactorError, "FAILED_ContactorError"),
    (ResponseCode::FailedCertificateNotAllowedAtThisEvse, "FAILED_CertificateNotAllowedAtThisEVSE"),
    (ResponseCode::FailedCertificateRevoked, "FAILED_CertificateRevoked"),
];

impl ResponseCode {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<ResponseCode, Error> {
        reader.only(1)?; // SE(ResponseCode)
        let (code, _) = reader.enumeration_element("ResponseCode", &NAMES)?;
        Ok(code)
    }

    pub(super) fn write(self, writer: &mut Writer) {
        writer.only(1);
        writer.enumeration_element(&(self, self.as_str()), &NAMES);
    }

    /// The name in the schema.
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(code, _)| *code == self).map_or("", |(_, name)| name)
    }

    /// The code of that name, exactly as the schema spells it.
    pub fn parse(name: &str) -> Option<ResponseCode> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(code, _)| *code)
    }

    /// Every value, in the order of the schema.
    pub fn all() -> impl Iterator<Item = ResponseCode> {
        NAMES.iter().map(|(code, _)| *code)
    }

    /// Whether the name starts with `FAILED`.
    pub fn is_failure(self) -> bool {
        self.as_str().starts_with("FAILED")
    }
}
