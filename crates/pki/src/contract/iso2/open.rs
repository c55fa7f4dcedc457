//! Opens contract data: what only the car can do.

use opnc_exi::iso2::CertificateInstallationRes;
use opnc_messages::ids::Emaid;

use super::{Contract, Failure, WrappedKey, chains, unwrap};
use crate::certificate::Certificate;
use crate::key::SoftwareKey;

/// Unwraps the contract key with the key of the car's provisioning certificate, and compares key (V2G2-823) and EMAID
/// with the contract certificate. Signatures and chains are not looked at here: see [`super::accept()`].
///
/// # Errors
/// The first thing that is wrong: contract chain, key, EMAID.
pub fn open(response: &CertificateInstallationRes, provisioning_key: &SoftwareKey) -> Result<Contract, Failure> {
    let chain = chains::read("contract", &response.contract_signature_cert_chain)?;
    let leaf = chain.first().ok_or(Failure::OtherMessage)?;
    let key = contract_key(response, leaf, provisioning_key)?;
    let emaid = contract_emaid(response, leaf)?;
    Ok(Contract { chain, key, emaid })
}

fn contract_key(
    response: &CertificateInstallationRes,
    leaf: &Certificate,
    provisioning_key: &SoftwareKey,
) -> Result<SoftwareKey, Failure> {
    let encrypted = &response.contract_signature_encrypted_private_key.value;
    let key = unwrap(&WrappedKey::new(encrypted, &response.dh_public_key.value)?, provisioning_key)?;
    if key.public_key() == leaf.public_key() { Ok(key) } else { Err(Failure::OtherKey) }
}

/// The EMAID, which must be that of the contract certificate in any spelling.
pub(super) fn contract_emaid(response: &CertificateInstallationRes, leaf: &Certificate) -> Result<Emaid, Failure> {
    let common_name = leaf.common_name().unwrap_or_default();
    let emaid = &response.emaid.value;
    match (Emaid::parse(emaid), Emaid::parse(common_name)) {
        (Ok(sent), Ok(named)) if sent == named => Ok(sent),
        _ => Err(Failure::Emaid { emaid: emaid.clone(), common_name: common_name.to_owned() }),
    }
}
