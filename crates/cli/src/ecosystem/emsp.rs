//! What an eMSP with its own PKI does to make a contract for a car.

use jiff::Timestamp;
use opnc_messages::cps::{ContractCertificateBundle, SignContractDataReq};
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::{Base64Bytes, IsoVersion};
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso20::KeyIdForm;
use opnc_pki::contract::{iso2, iso20};
use opnc_pki::hierarchy::Hierarchy;
use opnc_pki::profile;
use rand::CryptoRng;

use super::certificate_chain;
use crate::failure::Failure;

/// Makes a contract key and certificate with the eMSP's own CA, and wraps the key for the car: what the CPS is asked to
/// sign, in the generation of ISO 15118 of the car's certificate. Only the car can read the key afterwards.
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
    let version = car.public_key().algorithm().version();
    let (key, dh_key) = match version {
        IsoVersion::Iso2 => {
            let wrapped = iso2::wrap(&leaf.key, car.public_key(), rng).map_err(Failure::ecosystem)?;
            (wrapped.encrypted_private_key().to_vec(), wrapped.dh_public_key().to_vec())
        }
        IsoVersion::Iso20 => {
            let form = KeyIdForm::default();
            let wrapped = iso20::wrap(&leaf.key, &leaf.certificate, car, form, rng).map_err(Failure::ecosystem)?;
            (wrapped.encrypted_private_key().bytes().to_vec(), wrapped.dh_public_key().to_vec())
        }
    };
    Ok(SignContractDataReq {
        contract_certificate_bundle: ContractCertificateBundle {
            pcid: Some(pcid.clone()),
            emaid: emaid.clone(),
            contract_certificate_chain: certificate_chain(&leaf.chain())?,
            contract_signature_encrypted_private_key: Base64Bytes::from(key),
            dh_public_key: Base64Bytes::from(dh_key),
        },
        iso_version: version,
        cps_v2g_root_fingerprint: None,
    })
}

/// The PCID of a car, by its provisioning certificate.
///
/// # Errors
/// When its common name is none.
pub(crate) fn pcid_of(car: &Certificate) -> Result<Pcid, Failure> {
    Pcid::parse(car.common_name().unwrap_or_default()).map_err(Failure::ecosystem)
}
