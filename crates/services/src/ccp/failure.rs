//! Refusals of a certificate installation: the same reason in words for the backend and as an answer for the car.

use opnc_exi::iso2::{
    Body, CertificateChain, CertificateInstallationRes, Header, IdBytes, IdText, Message, ResponseCode,
};
use opnc_messages::IsoVersion;

use crate::ServiceError;
use crate::error::InstallationAnswer;

/// Makes refusals for one request.
pub(super) struct Refusal {
    session_id: Vec<u8>,
    always_return_exi: bool,
}

impl Refusal {
    /// For a request that could be read; its session goes into the answers.
    pub(super) fn to(request: &Header, always_return_exi: bool) -> Self {
        Self { session_id: request.session_id.clone(), always_return_exi }
    }

    /// The refusal with an ISO response code and the words for it (B14).
    pub(super) fn with(&self, code: ResponseCode, message: impl Into<String>) -> ServiceError {
        let exi = self.always_return_exi.then(|| opnc_exi::iso2::encode(&failed(&self.session_id, code)));
        match exi.transpose() {
            Ok(exi) => ServiceError::Installation {
                message: message.into(),
                missing: code == ResponseCode::FailedNoCertificateAvailable,
                exi: exi.map(|exi| InstallationAnswer { exi, version: IsoVersion::Iso2 }),
            },
            Err(error) => ServiceError::internal(error),
        }
    }
}

/// A response that carries nothing but its code: the schema demands all five elements, so they are there, filled.
fn failed(session_id: &[u8], code: ResponseCode) -> Message {
    let chain = |id: Option<&str>| CertificateChain {
        id: id.map(str::to_owned),
        certificate: vec![0],
        sub_certificates: Vec::new(),
    };
    let bytes = |id: &str| IdBytes { id: id.to_owned(), value: vec![0] };
    Message {
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
    }
}
