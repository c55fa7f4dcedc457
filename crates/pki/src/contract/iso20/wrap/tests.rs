//! Against `iso20_keytransport.json`, which Python's `cryptography` made, and whatever must not open.

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::hierarchy::{Domain, Hierarchy, Leaf};
use crate::profile::{CONTRACT, PROVISIONING};

/// The values of the vector, each in hexadecimal digits but for the associated data.
struct Vector {
    contract: SoftwareKey,
    car: SoftwareKey,
    associated: Vec<u8>,
    encrypted: Vec<u8>,
    point: Vec<u8>,
}

fn vector() -> Vector {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../exi/tests/vectors/");
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}{name}")).unwrap()).unwrap()
    };
    let (transport, keys) = (read("iso20_keytransport.json"), read("pki/test-keys.json"));
    let bytes = |value: &serde_json::Value| hex::decode(value.as_str().unwrap()).unwrap();
    let key = |value: &serde_json::Value| SoftwareKey::from_scalar(CURVE, &bytes(value)).unwrap();
    let vector = Vector {
        contract: key(&transport["plain"]),
        car: key(&keys["p521/oemleaf"]["scalar"]),
        associated: transport["aad"].as_str().unwrap().as_bytes().to_vec(),
        encrypted: bytes(&transport["enc"]),
        point: bytes(&transport["dh"]),
    };
    let peer = PublicKey::from_point(CURVE, &vector.point).unwrap();
    assert_eq!(*vector.car.agree(&peer).unwrap(), bytes(&transport["Z"]));
    vector
}

#[test]
fn unwraps_the_vector() {
    let vector = vector();
    let scalar = decrypt(&vector.encrypted, &vector.point, &vector.associated, &vector.car).unwrap();
    assert_eq!(scalar.as_slice(), vector.contract.scalar().unwrap().as_slice());
}

/// The encryption in reverse: the car's own key stands in for the ephemeral one (an agreement is symmetric) and the
/// vector's IV is used again, so that the same 94 octets must come out.
#[test]
fn wraps_as_the_vector() {
    let vector = vector();
    let ephemeral = PrivateKey::from_private_key(&ECDH_P521, &vector.car.scalar().unwrap()).unwrap();
    let recipient = PublicKey::from_point(CURVE, &vector.point).unwrap();
    let iv = vector.encrypted[..NONCE_LEN].try_into().unwrap();
    let wrapped = wrap_with(&vector.contract, &recipient, &vector.associated, &ephemeral, iv).unwrap();
    assert_eq!(wrapped.encrypted_private_key().bytes(), vector.encrypted);
    assert_eq!(wrapped.dh_public_key(), vector.car.public_key().point());
}

#[test]
fn every_flipped_bit_and_every_other_associated_byte_is_noticed() {
    let vector = vector();
    for bit in 0..vector.encrypted.len() * 8 {
        let mut encrypted = vector.encrypted.clone();
        encrypted[bit / 8] ^= 0x80 >> (bit % 8);
        let opened = decrypt(&encrypted, &vector.point, &vector.associated, &vector.car);
        assert_eq!(opened.err(), Some(WrapError::NotAuthentic), "bit {bit}");
    }
    for byte in 0..vector.associated.len() {
        let mut associated = vector.associated.clone();
        associated[byte] ^= 0x20;
        let opened = decrypt(&vector.encrypted, &vector.point, &associated, &vector.car);
        assert_eq!(opened.err(), Some(WrapError::NotAuthentic));
    }
}

fn at() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// A car and a contract.
fn parties() -> (Leaf, Leaf) {
    let rng = &mut StdRng::seed_from_u64(1);
    let oem = Hierarchy::new_in(Domain::Oem, "Cars", CURVE, at(), rng).unwrap();
    let emsp = Hierarchy::new_in(Domain::Emsp, "Power", CURVE, at(), rng).unwrap();
    let car = oem.leaf(&PROVISIONING, "WAUTESTCAR00000018", at(), rng).unwrap();
    (car, emsp.leaf(&CONTRACT, "DEABCC123456789", at(), rng).unwrap())
}

#[test]
fn wraps_anew_each_time_in_both_forms_and_opens_in_the_same_form_only() {
    let (car, contract) = parties();
    let rng = &mut rand::rng();
    let pcid = car.certificate.common_name().unwrap();
    let mut seen = Vec::new();
    for (form, other) in [(KeyIdForm::HexDigits, KeyIdForm::Bytes), (KeyIdForm::Bytes, KeyIdForm::HexDigits)] {
        for _ in 0..2 {
            let wrapped = wrap(&contract.key, &contract.certificate, &car.certificate, form, rng).unwrap();
            let opened = unwrap(&wrapped, &contract.certificate, pcid, &car.key, form).unwrap();
            assert_eq!(opened.scalar().unwrap(), contract.key.scalar().unwrap());
            let refused = unwrap(&wrapped, &contract.certificate, pcid, &car.key, other).unwrap_err();
            assert_eq!(refused, WrapError::NotAuthentic);
            assert!(!seen.contains(&wrapped.dh_public_key().to_vec()));
            seen.push(wrapped.dh_public_key().to_vec());
        }
    }
}

/// 18 characters and 16 digits: the 34 bytes that the standard counts.
#[test]
fn the_associated_data_have_the_length_of_the_standard() {
    let (car, contract) = parties();
    let pcid = car.certificate.common_name().unwrap();
    let data = associated_data(pcid, &contract.certificate, KeyIdForm::HexDigits).unwrap();
    assert_eq!(data.len(), 34);
    let key_id = hex::encode_upper(contract.certificate.public_key().short_key_id());
    assert_eq!(data, format!("WAUTESTCAR00000018{key_id}").into_bytes());
    let raw = associated_data(pcid, &contract.certificate, KeyIdForm::Bytes).unwrap();
    assert_eq!(raw.len(), 26);
}

#[test]
fn another_car_certificate_or_name_does_not_open_it() {
    let (car, contract) = parties();
    let (_, other_contract) = parties();
    let wrapped =
        wrap(&contract.key, &contract.certificate, &car.certificate, KeyIdForm::default(), &mut rand::rng()).unwrap();
    let open = |certificate: &Certificate, pcid: &str, key: &SoftwareKey| {
        unwrap(&wrapped, certificate, pcid, key, KeyIdForm::default()).err()
    };
    let pcid = "WAUTESTCAR00000018";
    assert_eq!(open(&contract.certificate, pcid, &car.key), None);
    assert_eq!(open(&other_contract.certificate, pcid, &car.key), Some(WrapError::NotAuthentic));
    assert_eq!(open(&contract.certificate, "WAUTESTCAR00000019", &car.key), Some(WrapError::NotAuthentic));
    assert_eq!(open(&contract.certificate, pcid, &contract.key), Some(WrapError::NotAuthentic));
    for algorithm in [Algorithm::Secp256r1, Algorithm::Ed448] {
        let key = SoftwareKey::generate(algorithm).unwrap();
        assert_eq!(open(&contract.certificate, pcid, &key), Some(NOT_A_POINT));
    }
}

#[test]
fn keys_of_other_kinds_are_not_wrapped() {
    let (car, contract) = parties();
    let rng = &mut rand::rng();
    for algorithm in [Algorithm::Secp256r1, Algorithm::Ed448] {
        let other = SoftwareKey::generate(algorithm).unwrap();
        let made = wrap(&other, &contract.certificate, &car.certificate, KeyIdForm::default(), rng);
        assert_eq!(made, Err(WrapError::OtherKind { found: algorithm.as_str() }));
        let oem = Hierarchy::new_in(Domain::Oem, "Cars", algorithm, at(), rng).unwrap();
        let car = oem.leaf(&PROVISIONING, "WAUTESTCAR0000002", at(), rng).unwrap();
        let made = wrap(&contract.key, &contract.certificate, &car.certificate, KeyIdForm::default(), rng);
        assert_eq!(made, Err(NOT_A_POINT));
    }
}

/// What only a sender with a fault could encrypt.
#[test]
fn values_that_are_no_keys_are_refused() {
    let (car, contract) = parties();
    let ephemeral = PrivateKey::generate(&ECDH_P521).unwrap();
    let associated = associated_data("WAUTESTCAR00000018", &contract.certificate, KeyIdForm::default()).unwrap();
    let open = |scalar: [u8; 66]| {
        let peer = UnparsedPublicKey::new(&ECDH_P521, car.key.public_key().point());
        let cipher = agreement::agree(&ephemeral, peer, WrapError::Library, cipher).unwrap();
        let mut sealed = scalar;
        let nonce = Nonce::assume_unique_for_key([7; NONCE_LEN]);
        let tag = cipher.seal_in_place_separate_tag(nonce, Aad::from(&associated), &mut sealed).unwrap();
        let encrypted = [&[7; NONCE_LEN][..], &sealed, tag.as_ref()].concat();
        let wrapped = WrappedKey::secp521(&encrypted, ephemeral.compute_public_key().unwrap().as_ref()).unwrap();
        unwrap(&wrapped, &contract.certificate, "WAUTESTCAR00000018", &car.key, KeyIdForm::default()).unwrap_err()
    };
    assert_eq!(open([0; 66]), WrapError::NotAKey);
    let mut above_the_order = [0xff; 66];
    above_the_order[0] = 1;
    assert_eq!(open(above_the_order), WrapError::NotAKey);
    for bit in 1..8 {
        let mut too_many = [0x11; 66];
        too_many[0] = 1 << bit;
        assert_eq!(open(too_many), WrapError::TooManyBits);
    }
}
