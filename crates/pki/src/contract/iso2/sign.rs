//! Signs contract data: what a CPS does.
//!
//! The signature covers four elements of the response and not the session or the CPS chain, so a signed message can be
//! kept and sent to the car in whatever session asks for it.

use opnc_exi::EncodeError;
use opnc_exi::iso2::{
    Body, CertificateChain, CertificateInstallationRes, Header, IdBytes, IdText, Message, ResponseCode,
};
use opnc_messages::IsoVersion;
use opnc_messages::ids::Emaid;

use super::super::{chains, signature};
use super::{SignError, SignedElement, WrappedKey};
use crate::certificate::Certificate;
use crate::key::Signer;

/// The session that a message has until it is sent to a car.
const NO_SESSION: [u8; 1] = [0];

/// What an eMSP made for one car, ready to be signed.
#[derive(Debug, Clone)]
pub struct ContractData {
    /// The contract certificate and the sub CA certificates above it, leaf first. A root at its end is left out of the
    /// message.
    pub chain: Vec<Certificate>,
    /// The private key of the contract certificate, wrapped to the car's provisioning certificate.
    pub key: WrappedKey,
    /// The contract. The message carries it as it was sent, without hyphens.
    pub emaid: Emaid,
}

/// Makes the signed `CertificateInstallationRes`. `cps_chain` is that of the CPS, leaf first (a root at its end is left
/// out), `signer` holds the key of its leaf. The session is 00: see [`super::with_session_id`].
///
/// # Errors
/// Contract data that no car could accept, or a key that fails to sign.
pub fn sign(data: &ContractData, cps_chain: &[Certificate], signer: &Signer) -> Result<Message, SignError> {
    let contract = data.chain.first().ok_or(SignError::EmptyChain("contract"))?;
    let common_name = contract.common_name().unwrap_or_default();
    if !Emaid::parse(common_name).is_ok_and(|named| named == data.emaid) {
        return Err(SignError::Emaid { emaid: data.emaid.clone(), common_name: common_name.to_owned() });
    }
    if !data.emaid.fits_iso2() {
        return Err(SignError::EmaidLength(data.emaid.clone()));
    }
    if cps_chain.first().is_some_and(|leaf| leaf.public_key() != signer.public_key()) {
        return Err(SignError::OtherKey);
    }
    let response = CertificateInstallationRes {
        response_code: ResponseCode::Ok,
        sa_provisioning_certificate_chain: wire_chain("CPS", cps_chain, None)?,
        contract_signature_cert_chain: wire_chain("contract", &data.chain, Some("id1"))?,
        contract_signature_encrypted_private_key: IdBytes {
            id: "id2".to_owned(),
            value: data.key.encrypted_private_key().to_vec(),
        },
        dh_public_key: IdBytes { id: "id3".to_owned(), value: data.key.dh_public_key().to_vec() },
        emaid: IdText { id: "id4".to_owned(), value: data.emaid.wire() },
    };
    let elements = SignedElement::ALL
        .into_iter()
        .map(|element| Ok((element.id(&response).unwrap_or_default(), element.fragment(&response)?)))
        .collect::<Result<Vec<_>, EncodeError>>()?;
    let signature = signature::sign(&elements, signer, IsoVersion::Iso2)?;
    Ok(Message {
        header: Header { session_id: NO_SESSION.to_vec(), notification: None, signature: Some(signature) },
        body: Body::CertificateInstallationRes(response),
    })
}

/// A chain as the message has it.
fn wire_chain(whose: &'static str, chain: &[Certificate], id: Option<&str>) -> Result<CertificateChain, SignError> {
    let (certificate, sub_certificates) = chains::for_message(whose, chain, IsoVersion::Iso2)?;
    Ok(CertificateChain { id: id.map(str::to_owned), certificate, sub_certificates })
}
