//! The vectors of EXIficient and real messages from the field, byte for byte.

use crate::data::{DOCUMENTS, real, vector};
use opnc_exi::iso2::{self, Body, fragment};
use opnc_exi::xmldsig::signed_info_fragment;

fn decoded(name: &str) -> iso2::Message {
    iso2::decode(&vector(&format!("iso2_{name}"))).unwrap()
}

#[test]
fn documents_come_back_byte_for_byte() {
    for name in DOCUMENTS {
        assert_eq!(iso2::encode(&iso2::decode(&vector(name)).unwrap()).unwrap(), vector(name), "{name}");
    }
}

#[test]
fn requests_give_the_fragments_that_cars_sign() {
    let Body::CertificateInstallationReq(request) = decoded("CertificateInstallationReq").body else { panic!() };
    assert_eq!(
        fragment::certificate_installation_req(&request).unwrap(),
        vector("iso2_CertificateInstallationReq.frag")
    );
    let Body::CertificateUpdateReq(request) = decoded("CertificateUpdateReq").body else { panic!() };
    assert_eq!(fragment::certificate_update_req(&request).unwrap(), vector("iso2_CertificateUpdateReq.frag"));
}

#[test]
fn a_response_gives_the_four_fragments_that_a_cps_signs() {
    let Body::CertificateInstallationRes(response) = decoded("CertificateInstallationRes").body else { panic!() };
    let made = [
        ("CertChain", fragment::contract_signature_cert_chain(&response.contract_signature_cert_chain)),
        (
            "EncryptedPrivateKey",
            fragment::contract_signature_encrypted_private_key(&response.contract_signature_encrypted_private_key),
        ),
    ];
    for (name, fragment) in made {
        assert_eq!(fragment.unwrap(), vector(&format!("iso2_ContractSignature{name}.frag")));
    }
    assert_eq!(fragment::dh_public_key(&response.dh_public_key).unwrap(), vector("iso2_DHpublickey.frag"));
    assert_eq!(fragment::emaid(&response.emaid).unwrap(), vector("iso2_eMAID.frag"));
}

#[test]
fn signed_info_is_encoded_against_the_signature_schema_alone() {
    for name in ["CertificateInstallationReq", "CertificateInstallationRes", "CertificateUpdateReq"] {
        let signature = decoded(name).header.signature.unwrap();
        let expected = vector(&format!("iso2_{name}.SignedInfo"));
        assert_eq!(signed_info_fragment(&signature.signed_info).unwrap(), expected, "{name}");
    }
}

#[test]
fn real_messages_come_back_byte_for_byte() {
    for path in ["hubject-qa/certificate-installation-res.iso2.exi", "gireve/failed-certificate-revoked.iso2.exi"] {
        if let Some(bytes) = real(path) {
            let message = iso2::decode(&bytes).unwrap();
            assert_eq!(iso2::encode(&message).unwrap(), bytes, "{path}");
        }
    }
}
