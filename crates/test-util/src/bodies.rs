//! The bodies that carry the certificates of a test.

use opnc_messages::cps::{ContractCertificateBundle, GenerateAndSignContractDataReq, SignContractDataReq};
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::pcp::ProvisioningCertificateData;
use opnc_messages::rcp::{RootCertificate, RootTypes};
use opnc_messages::{CertificateChain, CertificateDer, IsoVersion, RootType};
use opnc_pki::Certificate;
use opnc_pki::contract::iso20::KeyIdForm;
use opnc_pki::contract::{iso2, iso20};
use opnc_pki::hierarchy::Leaf;

/// What the operator sends to put a root into the RCP.
pub fn root_body(root: &Certificate, root_type: RootType) -> RootCertificate {
    let root_types = RootTypes::new([root_type]).expect("one type");
    let mut body = RootCertificate::new(der(root), root_types);
    body.fingerprint = Some(root.fingerprint());
    body
}

/// A leaf with its two sub CAs.
pub fn chain_body(leaf: &Leaf) -> CertificateChain {
    let mut sub_cas = leaf.sub_cas.iter().rev().map(der);
    CertificateChain {
        certificate: der(&leaf.certificate),
        sub_ca1: sub_cas.next().expect("a sub CA"),
        sub_ca2: sub_cas.next(),
    }
}

/// What an OEM sends to publish a car, which speaks the generation that its key belongs to.
pub fn provisioning_body(leaf: &Leaf) -> ProvisioningCertificateData {
    ProvisioningCertificateData::new(chain_body(leaf), version(leaf))
}

/// What an eMSP without a PKI sends to have a contract made.
pub fn generate_body(emaid: &str, pcid: &str, begins: &str, ends: &str) -> GenerateAndSignContractDataReq {
    let time = |text: &str| text.parse().expect("a time like 2026-06-01T12:00:00Z");
    GenerateAndSignContractDataReq {
        contract_begins: time(begins),
        contract_ends: time(ends),
        emaid: Emaid::parse(emaid).expect("an EMAID"),
        pcid: Pcid::parse(pcid).expect("a PCID"),
        iso_version: IsoVersion::Iso2,
        subscription_url: None,
        cps_v2g_root_fingerprint: None,
        emsp_root_fingerprint: None,
        meta_data: None,
    }
}

/// What an eMSP with its own PKI sends to have a contract signed, its key wrapped for the car. With `pcid` it is stored.
pub fn sign_body(emaid: &str, contract: &Leaf, car: &Leaf, pcid: Option<&str>) -> SignContractDataReq {
    let (key, dh_key) = wrapped(contract, car);
    SignContractDataReq {
        contract_certificate_bundle: ContractCertificateBundle {
            pcid: pcid.map(|pcid| Pcid::parse(pcid).expect("a PCID")),
            emaid: Emaid::parse(emaid).expect("an EMAID"),
            contract_certificate_chain: chain_body(contract),
            contract_signature_encrypted_private_key: key.into(),
            dh_public_key: dh_key.into(),
        },
        iso_version: version(car),
        cps_v2g_root_fingerprint: None,
    }
}

fn version(leaf: &Leaf) -> IsoVersion {
    leaf.key.public_key().algorithm().version()
}

/// The wrapped contract key and the ephemeral public key.
fn wrapped(contract: &Leaf, car: &Leaf) -> (Vec<u8>, Vec<u8>) {
    let rng = &mut rand::rng();
    match version(car) {
        IsoVersion::Iso2 => {
            let wrapped = iso2::wrap(&contract.key, car.certificate.public_key(), rng).expect("a wrapped key");
            (wrapped.encrypted_private_key().to_vec(), wrapped.dh_public_key().to_vec())
        }
        IsoVersion::Iso20 => {
            let form = KeyIdForm::default();
            let wrapped = iso20::wrap(&contract.key, &contract.certificate, &car.certificate, form, rng);
            let wrapped = wrapped.expect("a wrapped key");
            (wrapped.encrypted_private_key().bytes().to_vec(), wrapped.dh_public_key().to_vec())
        }
    }
}

fn der(certificate: &Certificate) -> CertificateDer {
    CertificateDer::from(certificate.der())
}
