//! Opens contract data: what only the car can do.

use opnc_exi::iso20::{CertificateInstallationRes, EncryptedPrivateKey};

use super::{Contract, Failure, Receiver, chains, unwrap, verify};

/// Unwraps the contract key with the key of the car's provisioning certificate, and compares it with the contract
/// certificate (V2G20-2507). Signatures and chains are not looked at here: see [`super::accept()`].
///
/// # Errors
/// The first thing that is wrong: contract chain, form of the key, key, EMAID.
pub fn open(response: &CertificateInstallationRes, receiver: &Receiver<'_>) -> Result<Contract, Failure> {
    let chain = chains::read("contract", &response.signed_installation_data.contract_certificate_chain)?;
    let leaf = chain.first().ok_or(Failure::OtherMessage)?;
    let wrapped = verify::wrapped_key(response, leaf)?;
    if !matches!(wrapped.encrypted_private_key(), EncryptedPrivateKey::Secp521(_)) {
        return Err(Failure::OtherCarrier(wrapped.encrypted_private_key().name()));
    }
    let key = unwrap(&wrapped, leaf, receiver.pcid, receiver.key, receiver.key_id_form)?;
    if key.public_key() != leaf.public_key() {
        return Err(Failure::OtherKey);
    }
    let emaid = verify::emaid(leaf)?;
    Ok(Contract { chain, key, emaid })
}
