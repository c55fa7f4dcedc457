//! Signs contract data: what a CPS does.
//!
//! The signature covers `SignedInstallationData`, that is the contract chain and the wrapped key. Session, time, the CPS
//! chain and the count of further contracts are outside of it, so a signed message can be kept and sent to the car in
//! whatever session asks for it.

use opnc_exi::iso20::{
    Body, CertificateChain, CertificateInstallationRes, Header, Message, Processing, ResponseCode,
    SignedInstallationData, fragment,
};
use opnc_messages::IsoVersion;
use opnc_messages::ids::Emaid;

use super::super::{chains, signature};
use super::{SignError, WrappedKey};
use crate::certificate::Certificate;
use crate::key::Signer;

/// The `Id` of the signed element.
const ID: &str = "id1";

/// What an eMSP made for one car, ready to be signed. The contract is the one that the certificate names.
#[derive(Debug, Clone)]
pub struct ContractData {
    /// The contract certificate and the sub CA certificates above it, leaf first. A root at its end is left out of the
    /// message; at least one sub CA must remain.
    pub chain: Vec<Certificate>,
    /// The private key of the contract certificate, wrapped for the car.
    pub key: WrappedKey,
}

/// Makes the signed `CertificateInstallationRes`. `cps_chain` is that of the CPS, leaf first (a root at its end is left
/// out), `signer` holds the key of its leaf. Session, time and the count of further contracts are zero: see
/// [`super::deliver`].
///
/// # Errors
/// Contract data that no car could accept, or a key that fails to sign.
pub fn sign(data: &ContractData, cps_chain: &[Certificate], signer: &Signer) -> Result<Message, SignError> {
    let contract = data.chain.first().ok_or(SignError::EmptyChain("contract"))?;
    let common_name = contract.common_name().unwrap_or_default();
    Emaid::parse(common_name).map_err(|_| SignError::NoEmaid(common_name.to_owned()))?;
    data.key.check_fits(contract)?;
    if cps_chain.first().is_some_and(|leaf| leaf.public_key() != signer.public_key()) {
        return Err(SignError::OtherKey);
    }
    let cps_certificate_chain = wire_chain("CPS", cps_chain)?;
    let signed_installation_data = SignedInstallationData {
        id: ID.to_owned(),
        contract_certificate_chain: wire_chain("contract", &data.chain)?,
        ecdh_curve: data.key.curve(),
        dh_public_key: data.key.dh_public_key().to_vec(),
        encrypted_private_key: data.key.encrypted_private_key().clone(),
    };
    let elements = [(ID, fragment::signed_installation_data(&signed_installation_data)?)];
    let signature = signature::sign(&elements, signer, IsoVersion::Iso20)?;
    Ok(Message {
        header: Header { signature: Some(signature), ..Header::default() },
        body: Body::CertificateInstallationRes(CertificateInstallationRes {
            response_code: ResponseCode::Ok,
            evse_processing: Processing::Finished,
            cps_certificate_chain,
            signed_installation_data,
            remaining_contract_certificate_chains: 0,
        }),
    })
}

/// A chain as the message has it.
pub(super) fn wire_chain(whose: &'static str, chain: &[Certificate]) -> Result<CertificateChain, SignError> {
    let (certificate, sub_certificates) = chains::for_message(whose, chain, IsoVersion::Iso20)?;
    Ok(CertificateChain { certificate, sub_certificates })
}
