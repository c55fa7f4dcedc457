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
    /// `OK_CertificateExpiresSoon`
    OkCertificateExpiresSoon,
    /// `OK_NewSessionEstablished`
    OkNewSessionEstablished,
    /// `OK_OldSessionJoined`
    OkOldSessionJoined,
    /// `OK_PowerToleranceConfirmed`
    OkPowerToleranceConfirmed,
    /// `WARNING_AuthorizationSelectionInvalid`
    WarningAuthorizationSelectionInvalid,
    /// `WARNING_CertificateExpired`
    WarningCertificateExpired,
    /// `WARNING_CertificateNotYetValid`
    WarningCertificateNotYetValid,
    /// `WARNING_CertificateRevoked`
    WarningCertificateRevoked,
    /// `WARNING_CertificateValidationError`
    WarningCertificateValidationError,
    /// `WARNING_ChallengeInvalid`
    WarningChallengeInvalid,
    /// `WARNING_EIMAuthorizationFailure`
    WarningEimAuthorizationFailure,
    /// `WARNING_eMSPUnknown`
    WarningEmspUnknown,
    /// `WARNING_EVPowerProfileViolation`
    WarningEvPowerProfileViolation,
    /// `WARNING_GeneralPnCAuthorizationError`
    WarningGeneralPncAuthorizationError,
    /// `WARNING_NoCertificateAvailable`
    WarningNoCertificateAvailable,
    /// `WARNING_NoContractMatchingPCIDFound`
    WarningNoContractMatchingPcidFound,
    /// `WARNING_PowerToleranceNotConfirmed`
    WarningPowerToleranceNotConfirmed,
    /// `WARNING_ScheduleRenegotiationFailed`
    WarningScheduleRenegotiationFailed,
    /// `WARNING_StandbyNotAllowed`
    WarningStandbyNotAllowed,
    /// `WARNING_WPT`
    WarningWpt,
    /// `FAILED`
    Failed,
    /// `FAILED_AssociationError`
    FailedAssociationError,
    /// `FAILED_ContactorError`
    FailedContactorError,
    /// `FAILED_EVPowerProfileInvalid`
    FailedEvPowerProfileInvalid,
    /// `FAILED_EVPowerProfileViolation`
    FailedEvPowerProfileViolation,
    /// `FAILED_MeteringSignatureNotValid`
    FailedMeteringSignatureNotValid,
    /// `FAILED_NoEnergyTransferServiceSelected`
    FailedNoEnergyTransferServiceSelected,
    /// `FAILED_NoServiceRenegotiationSupported`
    FailedNoServiceRenegotiationSupported,
    /// `FAILED_PauseNotAllowed`
    FailedPauseNotAllowed,
    /// `FAILED_PowerDeliveryNotApplied`
    FailedPowerDeliveryNotApplied,
    /// `FAILED_PowerToleranceNotConfirmed`
    FailedPowerToleranceNotConfirmed,
    /// `FAILED_ScheduleRenegotiation`
    FailedScheduleRenegotiation,
    /// `FAILED_ScheduleSelectionInvalid`
    FailedScheduleSelectionInvalid,
    /// `FAILED_SequenceError`
    FailedSequenceError,
    /// `FAILED_ServiceIDInvalid`
    FailedServiceIdInvalid,
    /// `FAILED_ServiceSelectionInvalid`
    FailedServiceSelectionInvalid,
    /// `FAILED_SignatureError`
    FailedSignatureError,
    /// `FAILED_UnknownSession`
    FailedUnknownSession,
    /// `FAILED_WrongChargeParameter`
    FailedWrongChargeParameter,
}

/// Every value with its name, in the order of the schema, which gives their numbers in EXI.
const NAMES: [(ResponseCode, &str); 40] = [
    (ResponseCode::Ok, "OK"),
    (ResponseCode::OkCertificateExpiresSoon, "OK_CertificateExpiresSoon"),
    (ResponseCode::OkNewSessionEstablished, "OK_NewSessionEstablished"),
    (ResponseCode::OkOldSessionJoined, "OK_OldSessionJoined"),
    (ResponseCode::OkPowerToleranceConfirmed, "OK_PowerToleranceConfirmed"),
    (ResponseCode::WarningAuthorizationSelectionInvalid, "WARNING_AuthorizationSelectionInvalid"),
    (ResponseCode::WarningCertificateExpired, "WARNING_CertificateExpired"),
    (ResponseCode::WarningCertificateNotYetValid, "WARNING_CertificateNotYetValid"),
    (ResponseCode::WarningCertificateRevoked, "WARNING_CertificateRevoked"),
    (ResponseCode::WarningCertificateValidationError, "WARNING_CertificateValidationError"),
    (ResponseCode::WarningChallengeInvalid, "WARNING_ChallengeInvalid"),
    (ResponseCode::WarningEimAuthorizationFailure, "WARNING_EIMAuthorizationFailure"),
    (ResponseCode::WarningEmspUnknown, "WARNING_eMSPUnknown"),
    (ResponseCode::WarningEvPowerProfileViolation, "WARNING_EVPowerProfileViolation"),
    (ResponseCode::WarningGeneralPncAuthorizationError, "WARNING_GeneralPnCAuthorizationError"),
    (ResponseCode::WarningNoCertificateAvailable, "WARNING_NoCertificateAvailable"),
    (ResponseCode::WarningNoContractMatchingPcidFound, "WARNING_NoContractMatchingPCIDFound"),
    (ResponseCode::WarningPowerToleranceNotConfirmed, "WARNING_PowerToleranceNotConfirmed"),
    (ResponseCode::WarningScheduleRenegotiationFailed, "WARNING_ScheduleRenegotiationFailed"),
    (ResponseCode::WarningStandbyNotAllowed, "WARNING_StandbyNotAllowed"),
    (ResponseCode::WarningWpt, "WARNING_WPT"),
    (ResponseCode::Failed, "FAILED"),
    (ResponseCode::FailedAssociationError, "FAILED_AssociationError"),
    (ResponseCode::FailedContactorError, "FAILED_ContactorError"),
    (ResponseCode::FailedEvPowerProfileInvalid, "FAILED_EVPowerProfileInvalid"),
    (ResponseCode::FailedEvPowerProfileViolation, "FAILED_EVPowerProfileViolation"),
    (ResponseCode::FailedMeteringSignatureNotValid, "FAILED_MeteringSignatureNotValid"),
    (ResponseCode::FailedNoEnergyTransferServiceSelected, "FAILED_NoEnergyTransferServiceSelected"),
    (ResponseCode::FailedNoServiceRenegotiationSupported, "FAILED_NoServiceRenegotiationSupported"),
    (ResponseCode::FailedPauseNotAllowed, "FAILED_PauseNotAllowed"),
    (ResponseCode::FailedPowerDeliveryNotApplied, "FAILED_PowerDeliveryNotApplied"),
    (ResponseCode::FailedPowerToleranceNotConfirmed, "FAILED_PowerToleranceNotConfirmed"),
    (ResponseCode::FailedScheduleRenegotiation, "FAILED_ScheduleRenegotiation"),
    (ResponseCode::FailedScheduleSelectionInvalid, "FAILED_ScheduleSelectionInvalid"),
    (ResponseCode::FailedSequenceError, "FAILED_SequenceError"),
    (ResponseCode::FailedServiceIdInvalid, "FAILED_ServiceIDInvalid"),
    (ResponseCode::FailedServiceSelectionInvalid, "FAILED_ServiceSelectionInvalid"),
    (ResponseCode::FailedSignatureError, "FAILED_SignatureError"),
    (ResponseCode::FailedUnknownSession, "FAILED_UnknownSession"),
    (ResponseCode::FailedWrongChargeParameter, "FAILED_WrongChargeParameter"),
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

    /// Whether the name starts with `WARNING`: the session goes on, without what was asked for.
    pub fn is_warning(self) -> bool {
        self.as_str().starts_with("WARNING")
    }
}
