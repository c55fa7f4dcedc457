//! The car's request for its contract: `CertificateInstallationReq`, signed with the key of its provisioning certificate.

use opnc_exi::iso2::{Body, CertificateInstallationReq, Header, Message, X509IssuerSerial, fragment};
use opnc_exi::{EncodeError, Integer};
use opnc_messages::ids::SessionId;

use super::{AlgorithmError, SignError, signature};
use crate::certificate::{Certificate, CertificateError};
use crate::key::{BadSignature, Signer};

/// The `Id` of the request; one is needed, since the signature refers to it.
const ID: &str = "ID1";
/// The most roots that a request can name.
pub const MAX_ROOTS: usize = 20;

/// Makes a signed request for the car whose provisioning certificate is `leaf`. `roots` are the V2G roots that the car
/// holds, of which the first [`MAX_ROOTS`] are named; `signer` holds the car's key.
///
/// # Errors
/// A certificate that the message cannot carry, no roots at all, or another key than that of the certificate.
pub fn request_installation(
    leaf: &Certificate,
    roots: &[Certificate],
    session_id: &SessionId,
    signer: &Signer,
) -> Result<Message, SignError> {
    if leaf.public_key() != signer.public_key() {
        return Err(SignError::OtherKey);
    }
    let request = CertificateInstallationReq {
        id: ID.to_owned(),
        oem_provisioning_cert: leaf.der().to_vec(),
        list_of_root_certificate_ids: roots.iter().take(MAX_ROOTS).map(root_id).collect(),
    };
    let elements = [(ID, fragment::certificate_installation_req(&request)?)];
    let signature = signature::sign(&elements, signer)?;
    Ok(Message {
        header: Header { session_id: session_id.as_bytes().to_vec(), notification: None, signature: Some(signature) },
        body: Body::CertificateInstallationReq(request),
    })
}

fn root_id(root: &Certificate) -> X509IssuerSerial {
    X509IssuerSerial { issuer_name: format!("{:#}", root.issuer()), serial_number: Integer::new(false, root.serial()) }
}

/// What a verified request says.
#[derive(Debug, Clone)]
pub struct InstallationRequest {
    /// The provisioning certificate, whose key signed the request. Whether it can be trusted is for its chain to say,
    /// which is not part of the message.
    pub certificate: Certificate,
    /// The V2G roots that the car holds.
    pub roots: Vec<X509IssuerSerial>,
    /// The session in which the car asked.
    pub session_id: Vec<u8>,
}

/// Checks that the car that owns the provisioning certificate in the request made the request.
///
/// # Errors
/// What is wrong first, in this order: kind of message, certificate, reference, algorithms, digest, signature.
pub fn verify_request(message: &Message) -> Result<InstallationRequest, RequestError> {
    let Body::CertificateInstallationReq(request) = &message.body else {
        return Err(RequestError::OtherMessage);
    };
    let certificate = Certificate::from_der(&request.oem_provisioning_cert)?;
    let signature = message.header.signature.as_ref().ok_or(RequestError::NotSigned)?;
    let reference = match signature.signed_info.references.as_slice() {
        [one] => one,
        references => return Err(RequestError::References(references.len())),
    };
    if reference.uri.as_deref().and_then(|uri| uri.strip_prefix('#')) != Some(&request.id) {
        return Err(RequestError::OtherElement {
            uri: reference.uri.clone().unwrap_or_default(),
            id: request.id.clone(),
        });
    }
    signature::check_algorithms(&signature.signed_info)?;
    if !signature::digest_matches(reference, &fragment::certificate_installation_req(request)?) {
        return Err(RequestError::Digest);
    }
    signature::check_value(signature, certificate.public_key())?;
    Ok(InstallationRequest {
        certificate,
        roots: request.list_of_root_certificate_ids.clone(),
        session_id: message.header.session_id.clone(),
    })
}

/// Why a request was not made by the car it names.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestError {
    /// Another kind of message.
    #[error("the message is not a CertificateInstallationReq")]
    OtherMessage,
    /// The provisioning certificate cannot be read.
    #[error("the provisioning certificate in the request cannot be read: {0}")]
    Certificate(#[from] CertificateError),
    /// The header has no signature.
    #[error("the request is not signed")]
    NotSigned,
    /// Not exactly one reference.
    #[error("the signature refers to {0} elements, it must refer to the request alone")]
    References(usize),
    /// The reference names something else.
    #[error("the signature refers to {uri:?}, the request has the Id {id:?}")]
    OtherElement {
        /// What the reference names, empty when it names nothing.
        uri: String,
        /// The `Id` of the request.
        id: String,
    },
    /// Another algorithm.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The request is not the one that was signed.
    #[error("the request is not what was signed: its digest differs")]
    Digest,
    /// A value in the request is not allowed by the schema.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The signature is not by the key of the provisioning certificate.
    #[error("the signature is not by the provisioning certificate in the request: {0}")]
    Signature(#[from] BadSignature),
}
