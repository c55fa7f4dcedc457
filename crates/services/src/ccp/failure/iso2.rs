//! Failed answers of ISO 15118-2.

use opnc_exi::EncodeError;
use opnc_exi::iso2::{
    Body, CertificateChain, CertificateInstallationRes, Header, IdBytes, IdText, Message, ResponseCode, encode,
};

use super::Reason;

pub(super) fn code(reason: Reason) -> ResponseCode {
    match reason {
        // There is no code for a contract that begins later: the car has none now.
        Reason::NoContract | Reason::NotYetValid => ResponseCode::FailedNoCertificateAvailable,
        Reason::CertificateChain => ResponseCode::FailedCertChainError,
        Reason::Expired => ResponseCode::FailedCertificateExpired,
        Reason::Revoked => ResponseCode::FailedCertificateRevoked,
        Reason::Signature => ResponseCode::FailedSignatureError,
        Reason::Request => ResponseCode::Failed,
    }
}

/// Whether the code says that nothing was found, which is a 404 (B14).
pub(super) fn is_missing(code: ResponseCode) -> bool {
    code == ResponseCode::FailedNoCertificateAvailable
}

/// A response that carries nothing but its code: the schema demands all five elements, so they are there, filled.
pub(super) fn failed(session_id: &[u8], code: ResponseCode) -> Result<Vec<u8>, EncodeError> {
    let chain = |id: Option<&str>| CertificateChain {
        id: id.map(str::to_owned),
        certificate: vec![0],
        sub_certificates: Vec::new(),
    };
    let bytes = |id: &str| IdBytes { id: id.to_owned(), value: vec![0] };
    encode(&Message {
        header: Header { session_id: session_id.to_vec(), notification: None, signature: None },
        body: Body::CertificateInstallationRes(CertificateInstallationRes {
            response_code: code,
            sa_provisioning_certificate_chain: chain(None),
            contract_signature_cert_chain: chain(Some("id1")),
            contract_signature_encrypted_private_key: bytes("id2"),
            dh_public_key: bytes("id3"),
            // Fourteen characters are the fewest that the schema allows.
            emaid: IdText { id: "id4".to_owned(), value: "0".repeat(14) },
        }),
    })
}
