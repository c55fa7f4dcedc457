//! What an eMSP with its own PKI does to make a contract for a car.

use jiff::Timestamp;
use opnc_messages::cps::{ContractCertificateBundle, SignContractDataReq};
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::{Base64Bytes, IsoVersion};
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso2 as contract;
use opnc_pki::hierarchy::Hierarchy;
use opnc_pki::profile;
use rand::CryptoRng;

use super::certificate_chain;
use crate::failure::Failure;

/// Makes a contract key and certificate with the eMSP's own CA, and wraps the key for the car: what the CPS is asked to
/// sign. Only the car can read the key afterwards.
///
/// # Errors
/// When the certificate cannot be issued or the key not be wrapped.
pub(crate) fn own_contract(
    pki: &Hierarchy,
    emaid: &Emaid,
    pcid: &Pcid,
    car: &Certificate,
    at: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<SignContractDataReq, Failure> {
    let leaf = pki.leaf(&profile::CONTRACT, &emaid.wire(), at, rng).map_err(Failure::ecosystem)?;
    let wrapped = contract::wrap(&leaf.key, car.public_key(), rng).map_err(Failure::ecosystem)?;
    Ok(SignContractDataReq {
        contract_certificate_bundle: ContractCertificateBundle {
            pcid: Some(pcid.clone()),
            emaid: emaid.clone(),
            contract_certificate_chain: certificate_chain(&leaf.chain())?,
            contract_signature_encrypted_private_key: Base64Bytes::from(wrapped.encrypted_private_key().to_vec()),
            dh_public_key: Base64Bytes::from(wrapped.dh_public_key().to_vec()),
        },
        iso_version: IsoVersion::Iso2,
        cps_v2g_root_fingerprint: None,
    })
}
