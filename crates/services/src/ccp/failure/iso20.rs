//! Failed answers of ISO 15118-20, most of them warnings: the session goes on without a contract.

use opnc_exi::EncodeError;
use opnc_exi::iso20::{
    Body, CertificateChain, CertificateInstallationRes, EcdhCurve, EncryptedPrivateKey, Header, Message, Processing,
    ResponseCode, SignedInstallationData, encode,
};

use super::Reason;

pub(super) fn code(reason: Reason) -> ResponseCode {
    match reason {
        Reason::NoContract => ResponseCode::WarningNoContractMatchingPcidFound,
        Reason::CertificateChain => ResponseCode::WarningCertificateValidationError,
        Reason::Expired => ResponseCode::WarningCertificateExpired,
        Reason::NotYetValid => ResponseCode::WarningCertificateNotYetValid,
        Reason::Revoked => ResponseCode::WarningCertificateRevoked,
        Reason::Signature => ResponseCode::FailedSignatureError,
        Reason::Request => ResponseCode::Failed,
    }
}

/// Whether the code says that nothing was found, which is a 404 (B14).
pub(super) fn is_missing(code: ResponseCode) -> bool {
    code == ResponseCode::WarningNoContractMatchingPcidFound
}

/// A response that carries nothing but its code: the schema demands every element, so they are there, filled with zeros
/// of the lengths that it asks for, and unsigned.
pub(super) fn failed(session_id: &[u8], timestamp: u64, code: ResponseCode) -> Result<Vec<u8>, EncodeError> {
    let chain =
        |sub_certificates| CertificateChain { certificate: vec![0], sub_certificates: vec![vec![0]; sub_certificates] };
    encode(&Message {
        header: Header { session_id: session_id.try_into().unwrap_or_default(), timestamp, signature: None },
        body: Body::CertificateInstallationRes(CertificateInstallationRes {
            response_code: code,
            evse_processing: Processing::Finished,
            cps_certificate_chain: chain(0),
            signed_installation_data: SignedInstallationData {
                id: "id1".to_owned(),
                contract_certificate_chain: chain(1),
                ecdh_curve: EcdhCurve::Secp521,
                dh_public_key: vec![0; 133],
                encrypted_private_key: EncryptedPrivateKey::Secp521(vec![0; 94]),
            },
            remaining_contract_certificate_chains: 0,
        }),
    })
}
