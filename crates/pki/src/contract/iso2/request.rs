//! The car's request for its contract: `CertificateInstallationReq`, signed with the key of its provisioning certificate.

use opnc_exi::iso2::{Body, CertificateInstallationReq, Header, Message, X509IssuerSerial, fragment};
use opnc_messages::IsoVersion;
use opnc_messages::ids::SessionId;

use super::super::chains::root_ids;
use super::super::signature;
use super::{RequestError, SignError};
use crate::certificate::Certificate;
use crate::key::Signer;

/// The `Id` of the request; one is needed, since the signature refers to it.
const ID: &str = "ID1";

/// Makes a signed request for the car whose provisioning certificate is `leaf`. `roots` are the V2G roots that the car
/// holds, of which the first [`super::MAX_ROOTS`] are named; `signer` holds the car's key.
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
        list_of_root_certificate_ids: root_ids(roots),
    };
    let elements = [(ID, fragment::certificate_installation_req(&request)?)];
    let signature = signature::sign(&elements, signer, IsoVersion::Iso2)?;
    Ok(Message {
        header: Header { session_id: session_id.as_bytes().to_vec(), notification: None, signature: Some(signature) },
        body: Body::CertificateInstallationReq(request),
    })
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
    let signature = message.header.signature.as_ref();
    let fragment = fragment::certificate_installation_req(request);
    signature::check_single(signature, &request.id, fragment, certificate.public_key(), IsoVersion::Iso2)?;
    Ok(InstallationRequest {
        certificate,
        roots: request.list_of_root_certificate_ids.clone(),
        session_id: message.header.session_id.clone(),
    })
}
