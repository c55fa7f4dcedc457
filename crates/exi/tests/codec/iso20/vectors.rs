//! The vectors of EXIficient, byte for byte.

use super::DOCUMENTS;
use crate::data::vector;
use opnc_exi::iso20::{
    Body, CertificateInstallationRes, EcdhCurve, EncryptedPrivateKey, Message, decode, encode, fragment,
};
use opnc_exi::xmldsig::{algorithm, signed_info_fragment};

fn decoded(name: &str) -> Message {
    decode(&vector(&format!("iso20_{name}"))).unwrap()
}

pub(super) fn response() -> CertificateInstallationRes {
    let Body::CertificateInstallationRes(response) = decoded("CertificateInstallationRes").body else { panic!() };
    response
}

#[test]
fn documents_come_back_byte_for_byte() {
    for name in DOCUMENTS {
        assert_eq!(encode(&decode(&vector(name)).unwrap()).unwrap(), vector(name), "{name}");
    }
}

#[test]
fn a_request_gives_the_fragment_that_a_car_signs() {
    let Body::CertificateInstallationReq(request) = decoded("CertificateInstallationReq").body else { panic!() };
    let fragment = fragment::oem_provisioning_certificate_chain(&request.oem_provisioning_certificate_chain);
    assert_eq!(fragment.unwrap(), vector("iso20_OEMProvisioningCertificateChain.frag"));
}

#[test]
fn a_response_gives_the_fragment_that_a_cps_signs() {
    let fragment = fragment::signed_installation_data(&response().signed_installation_data);
    assert_eq!(fragment.unwrap(), vector("iso20_SignedInstallationData.frag"));
}

/// The content of an element in the XML from which EXIficient made a fragment.
fn element(name: &str, element: &str) -> Vec<u8> {
    use base64::Engine;
    let path = format!("{}/tests/vectors/{name}.xml", env!("CARGO_MANIFEST_DIR"));
    let xml = std::fs::read_to_string(path).unwrap();
    let (_, rest) = xml.split_once(&format!("{element}>")).unwrap();
    let (text, _) = rest.split_once('<').unwrap();
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[test]
fn the_other_keys_give_the_fragments_of_their_vectors_and_come_back_in_a_message() {
    type Carrier = fn(Vec<u8>) -> EncryptedPrivateKey;
    let carriers: [(&str, &str, EcdhCurve, Carrier); 2] = [
        ("X448", "X448_EncryptedPrivateKey", EcdhCurve::X448, EncryptedPrivateKey::X448),
        ("TPM", "TPM_EncryptedPrivateKey", EcdhCurve::Secp521, EncryptedPrivateKey::Tpm),
    ];
    for (vector_name, name, curve, carrier) in carriers {
        let vector_name = format!("iso20_SignedInstallationData_{vector_name}.frag");
        let mut response = response();
        let data = &mut response.signed_installation_data;
        data.ecdh_curve = curve;
        data.dh_public_key = element(&vector_name, "DHPublicKey");
        data.encrypted_private_key = carrier(element(&vector_name, name));
        assert_eq!(data.encrypted_private_key.name(), name);
        assert_eq!(fragment::signed_installation_data(data).unwrap(), vector(&vector_name), "{name}");

        let header = decoded("CertificateInstallationRes").header;
        let message = Message { header, body: Body::CertificateInstallationRes(response) };
        assert_eq!(decode(&encode(&message).unwrap()), Ok(message));
    }
}

#[test]
fn signed_info_is_encoded_against_the_signature_schema_alone() {
    for name in ["CertificateInstallationReq", "CertificateInstallationRes"] {
        let mut info = decoded(name).header.signature.unwrap().signed_info;
        assert_eq!(info.signature_method, algorithm::ECDSA_SHA512);
        assert_eq!(info.references[0].digest_method, algorithm::SHA512);
        let expected = vector(&format!("iso20_{name}.SignedInfo-sha512"));
        assert_eq!(signed_info_fragment(&info).unwrap(), expected, "{name}");

        // The first vector of this has the algorithms of -2 in it, which are not those of the message: see the README of
        // the vectors. Its other bytes confirm the grammar all the same.
        info.signature_method = algorithm::ECDSA_SHA256.into();
        info.references[0].digest_method = algorithm::SHA256.into();
        assert_eq!(signed_info_fragment(&info).unwrap(), vector(&format!("iso20_{name}.SignedInfo")), "{name}");
    }
}
