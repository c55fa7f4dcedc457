//! The car's request for its contracts: `CertificateInstallationReq`, signed with the key of its provisioning certificate.
//!
//! The signature covers the provisioning chain alone. What the car asks for beside it (how many contracts, which first,
//! which roots it holds) is not protected: a station can change it, and gains nothing that a car would accept.

use jiff::Timestamp;
use opnc_exi::iso20::{
    Body, CertificateInstallationReq, Header, Message, SignedCertificateChain, X509IssuerSerial, fragment,
};
use opnc_messages::IsoVersion;

use super::super::chains::{self, root_ids};
use super::super::signature;
use super::sign::wire_chain;
use super::{Failure, RequestError, SignError};
use crate::certificate::Certificate;
use crate::key::Signer;

/// The `Id` of the provisioning chain, to which the signature refers.
const ID: &str = "id1";

/// What a car asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The session between car and station.
    pub session_id: [u8; 8],
    /// The time of the car.
    pub at: Timestamp,
    /// How many contracts the car takes.
    pub maximum: u8,
    /// The contracts it wants before others, at most 8 EMAIDs, as they are to be sent.
    pub prioritized_emaids: Vec<String>,
}

/// Makes a signed request for the car with this provisioning chain, leaf first (a root at its end is left out). `roots`
/// are the V2G roots that the car holds, of which the first [`super::MAX_ROOTS`] are named; `signer` holds the car's key.
///
/// # Errors
/// A chain that the message cannot carry, no roots at all, or another key than that of the certificate.
pub fn request_installation(
    chain: &[Certificate],
    roots: &[Certificate],
    asked: &Asked,
    signer: &Signer,
) -> Result<Message, SignError> {
    let leaf = chain.first().ok_or(SignError::EmptyChain("provisioning"))?;
    if leaf.public_key() != signer.public_key() {
        return Err(SignError::OtherKey);
    }
    let signed = SignedCertificateChain { id: ID.to_owned(), chain: wire_chain("provisioning", chain)? };
    let elements = [(ID, fragment::oem_provisioning_certificate_chain(&signed)?)];
    let signature = signature::sign(&elements, signer, IsoVersion::Iso20)?;
    let timestamp = u64::try_from(asked.at.as_second()).unwrap_or_default();
    Ok(Message {
        header: Header { session_id: asked.session_id, timestamp, signature: Some(signature) },
        body: Body::CertificateInstallationReq(CertificateInstallationReq {
            oem_provisioning_certificate_chain: signed,
            list_of_root_certificate_ids: root_ids(roots),
            maximum_contract_certificate_chains: asked.maximum,
            prioritized_emaids: asked.prioritized_emaids.clone(),
        }),
    })
}

/// What a verified request says.
#[derive(Debug, Clone)]
pub struct InstallationRequest {
    /// The provisioning certificate, whose key signed the request, and the CA certificates that the car sent with it.
    /// Whether they can be trusted is for [`crate::chain::verify`] to say.
    pub chain: Vec<Certificate>,
    /// The provisioning certificate alone: the first of the chain.
    pub certificate: Certificate,
    /// The V2G roots that the car holds. Not signed.
    pub roots: Vec<X509IssuerSerial>,
    /// How many contracts the car takes. Not signed.
    pub maximum: u8,
    /// The contracts it wants before others, as it wrote them. Not signed.
    pub prioritized_emaids: Vec<String>,
    /// The session in which the car asked. Not signed.
    pub session_id: [u8; 8],
}

/// Checks that the car that owns the provisioning certificate in the request made the request.
///
/// # Errors
/// What is wrong first, in this order: kind of message, certificates, reference, algorithms, digest, signature.
pub fn verify_request(message: &Message) -> Result<InstallationRequest, RequestError> {
    let Body::CertificateInstallationReq(request) = &message.body else {
        return Err(RequestError::OtherMessage);
    };
    let signed = &request.oem_provisioning_certificate_chain;
    let chain = chains::read("provisioning", &signed.chain.certificate, &signed.chain.sub_certificates);
    let chain = chain.map_err(|failure| match failure {
        Failure::Certificate { error, .. } => RequestError::Certificate(error),
        _ => RequestError::OtherMessage,
    })?;
    let certificate = chain.first().cloned().ok_or(RequestError::OtherMessage)?;
    let signature = message.header.signature.as_ref();
    let fragment = fragment::oem_provisioning_certificate_chain(signed);
    signature::check_single(signature, &signed.id, fragment, certificate.public_key(), IsoVersion::Iso20)?;
    Ok(InstallationRequest {
        chain,
        certificate,
        roots: request.list_of_root_certificate_ids.clone(),
        maximum: request.maximum_contract_certificate_chains,
        prioritized_emaids: request.prioritized_emaids.clone(),
        session_id: message.header.session_id,
    })
}
