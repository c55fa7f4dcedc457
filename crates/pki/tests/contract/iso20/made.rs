//! Contract data made by us, from the eMSP over the CPS into the car; and whatever the car must not take.

use opnc_exi::iso20::{self, EncryptedPrivateKey, Processing, ResponseCode};
use opnc_exi::xmldsig::{SignedInfo, algorithm};
use opnc_pki::chain::ChainErrorKind;
use opnc_pki::contract::iso2;
use opnc_pki::contract::iso20::{
    Check, Delivery, Failure, KeyIdForm, SIGNED_ELEMENT, SignError, WrapError, WrappedKey, deliver, sign,
    verify_message, wrap,
};
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::{Algorithm, Signer};
use opnc_pki::profile::{CONTRACT, CPS, PROVISIONING};

use super::support::{EMAID, World, at, failed, response_mut};

const BOTH: [Algorithm; 2] = [Algorithm::Secp521r1, Algorithm::Ed448];

#[test]
fn a_car_gets_its_contract_from_a_cps_of_either_algorithm() {
    for algorithm in BOTH {
        let world = World::new(algorithm);
        let delivery = Delivery { session_id: [1; 8], timestamp: 1_700_000_000, remaining: 2 };
        let sent = iso20::encode(&deliver(world.message(), delivery)).unwrap();
        let message = iso20::decode(&sent).unwrap();
        let contract = world.accept(&message, at()).unwrap();
        assert_eq!(contract.emaid.as_sent(), EMAID);
        assert_eq!(contract.chain, world.contract.chain());
        let signature = contract.key.sign_raw(b"challenge").unwrap();
        world.contract.certificate.public_key().verify_raw(b"challenge", &signature).unwrap();
        assert_eq!(message.header.timestamp, 1_700_000_000);
        assert_eq!(super::support::response(&message).remaining_contract_certificate_chains, 2);
        let length = message.header.signature.unwrap().signature_value.len();
        assert_eq!(length, algorithm.signature_len());
    }
}

#[test]
fn a_root_at_the_end_of_a_chain_stays_at_home() {
    let world = World::new(Algorithm::Secp521r1);
    let mut data = world.data();
    data.chain.push(world.emsp.root.certificate().clone());
    let mut cps = world.cps.chain();
    cps.push(world.v2g.root.certificate().clone());
    let message = sign(&data, &cps, &Signer::from(world.cps.key.clone())).unwrap();
    assert_eq!(world.accept(&message, at()).unwrap().chain, world.contract.chain());
}

#[test]
fn contract_data_for_another_car_contract_or_reading_are_useless() {
    let mut world = World::new(Algorithm::Secp521r1);
    let rng = &mut rand::rng();
    let message = world.message();
    let other = world.emsp.leaf(&CONTRACT, EMAID, at(), rng).unwrap();
    // The key of this certificate, wrapped for this car, beside another certificate.
    let mut data = world.data();
    data.chain = other.chain();
    assert_eq!(world.refused(&world.sign(&data).unwrap()), [Check::Key]);
    // The key of another certificate, wrapped as if it were this one's.
    let (certificate, car) = (&world.contract.certificate, &world.car.certificate);
    let mut data = world.data();
    data.key = wrap(&other.key, certificate, car, KeyIdForm::default(), rng).unwrap();
    let report = world.accept(&world.sign(&data).unwrap(), at()).unwrap_err();
    assert!(matches!(report.failures().next(), Some((Check::Key, Failure::OtherKey))), "{report}");
    // The other reading of the associated data.
    data.key = wrap(&world.contract.key, certificate, car, KeyIdForm::Bytes, rng).unwrap();
    let report = world.accept(&world.sign(&data).unwrap(), at()).unwrap_err();
    assert!(matches!(report.failures().next(), Some((Check::Key, Failure::Unwrap(WrapError::NotAuthentic)))));
    let oem = Hierarchy::new_in(Domain::Oem, "Cars", Algorithm::Secp521r1, at(), rng).unwrap();
    world.car = oem.leaf(&PROVISIONING, super::support::PCID, at(), rng).unwrap();
    assert_eq!(world.refused(&message), [Check::Key]);
}

#[test]
fn only_a_cps_may_sign() {
    for algorithm in BOTH {
        let mut world = World::new(algorithm);
        let secc = world.v2g.leaf(Domain::Cpo.leaf_profile(), "DE*ABC*E123456", at(), &mut rand::rng()).unwrap();
        world.cps = secc;
        let message = world.message();
        assert!(verify_message(&message).is_ok());
        let report = world.accept(&message, at()).unwrap_err();
        let (check, failure) = report.failures().next().unwrap();
        assert_eq!(check, Check::CpsChain);
        assert!(matches!(failure, Failure::Chain(error) if error.kind() == ChainErrorKind::WrongDomain), "{failure}");
    }
}

/// Keys of the other edition sign nothing, and a message that has them is refused by name.
#[test]
fn the_editions_do_not_mix() {
    let world = World::new(Algorithm::Secp521r1);
    let rng = &mut rand::rng();
    let old = Hierarchy::new(Domain::Cpo, "Roots", at(), rng).unwrap();
    let old_cps = Hierarchy::below(old.root.clone(), Domain::Cps, "Signer", at(), rng).unwrap();
    let old_cps = old_cps.leaf(&CPS, "Signer 1", at(), rng).unwrap();
    let refused = sign(&world.data(), &old_cps.chain(), &Signer::from(old_cps.key.clone())).unwrap_err();
    assert!(matches!(refused, SignError::Algorithm { what: "CPS", .. }), "{refused}");

    let mut message = world.message();
    response_mut(&mut message).cps_certificate_chain.certificate = old_cps.certificate.der().to_vec();
    let checks = failed(&verify_message(&message));
    assert_eq!(checks, [Check::Algorithms, Check::Digest(SIGNED_ELEMENT), Check::Signature]);
    let report = world.accept(&message, at()).unwrap_err();
    let chain = report.failures().find(|(check, _)| *check == Check::CpsChain);
    assert!(matches!(chain, Some((_, Failure::OtherVersion { whose: "CPS", .. }))), "{report}");

    // And the reverse: a CPS of ISO 15118-20 signs no message of -2.
    let emsp = Hierarchy::new(Domain::Emsp, "Power", at(), rng).unwrap();
    let contract = emsp.leaf(&CONTRACT, EMAID, at(), rng).unwrap();
    let car = Hierarchy::new(Domain::Oem, "Cars", at(), rng).unwrap();
    let car = car.leaf(&PROVISIONING, "WAUTESTCAR0000001", at(), rng).unwrap();
    let key = iso2::wrap(&contract.key, car.certificate.public_key(), rng).unwrap();
    let emaid = opnc_messages::ids::Emaid::parse(EMAID).unwrap();
    let data = iso2::ContractData { chain: contract.chain(), key, emaid };
    let refused = iso2::sign(&data, &world.cps.chain(), &Signer::from(world.cps.key.clone())).unwrap_err();
    assert!(matches!(refused, SignError::Algorithm { what: "CPS", .. }), "{refused}");
    let refused = iso2::wrap(&world.contract.key, car.certificate.public_key(), rng).unwrap_err();
    assert_eq!(refused, WrapError::OtherKind { found: "secp521r1" });
}

/// X448 and TPM keys: signed and carried, checked for form, opened by nobody here.
#[test]
fn keys_for_other_cars_are_carried() {
    let mut world = World::new(Algorithm::Secp521r1);
    let point = world.wrapped().dh_public_key().to_vec();
    let mut data = world.data();
    data.key = WrappedKey::tpm(&[5; 200], &point).unwrap();
    let message = world.sign(&data).unwrap();
    assert!(verify_message(&message).is_ok());
    let report = world.accept(&message, at()).unwrap_err();
    assert!(matches!(report.failures().next(), Some((Check::Key, Failure::OtherCarrier("TPM_EncryptedPrivateKey")))));

    let rng = &mut rand::rng();
    world.emsp = Hierarchy::new_in(Domain::Emsp, "Power", Algorithm::Ed448, at(), rng).unwrap();
    world.contract = world.emsp.leaf(&CONTRACT, EMAID, at(), rng).unwrap();
    let x448 = WrappedKey::x448(&[5; 84], &[6; 56]).unwrap();
    let data = opnc_pki::contract::iso20::ContractData { chain: world.contract.chain(), key: x448 };
    let sent = iso20::encode(&world.sign(&data).unwrap()).unwrap();
    let message = iso20::decode(&sent).unwrap();
    assert!(verify_message(&message).is_ok());
    assert_eq!(world.refused(&message), [Check::Key]);

    // A kind of key that cannot hold the contract's.
    let data = opnc_pki::contract::iso20::ContractData { key: world_p521_key(), ..data };
    let refused = world.sign(&data).unwrap_err();
    assert!(matches!(refused, SignError::Wrap(WrapError::OtherCarrier { .. })), "{refused}");
    let mut forged = message.clone();
    let signed = &mut response_mut(&mut forged).signed_installation_data;
    signed.encrypted_private_key = EncryptedPrivateKey::Secp521(vec![5; 94]);
    assert!(failed(&verify_message(&forged)).contains(&Check::KeyForm));
}

fn world_p521_key() -> WrappedKey {
    World::new(Algorithm::Secp521r1).wrapped()
}

#[test]
fn other_algorithms_are_refused() {
    type Change = fn(&mut SignedInfo);
    let changes: [Change; 7] = [
        |info| info.canonicalization_method = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315".into(),
        |info| info.signature_method = algorithm::ECDSA_SHA256.into(),
        |info| {
            let other =
                if info.signature_method == algorithm::ED448 { algorithm::ECDSA_SHA512 } else { algorithm::ED448 };
            info.signature_method = other.into();
        },
        |info| info.references[0].digest_method = algorithm::SHA256.into(),
        |info| {
            let first = &mut info.references[0].digest_method;
            *first = if first == algorithm::SHAKE256 { algorithm::SHA512 } else { algorithm::SHAKE256 }.into();
        },
        |info| info.references[0].transforms.clear(),
        |info| info.references[0].transforms.push(info.canonicalization_method.clone()),
    ];
    for algorithm in BOTH {
        let world = World::new(algorithm);
        for (number, change) in changes.iter().enumerate() {
            let mut message = world.message();
            let signature = message.header.signature.as_mut().unwrap();
            change(&mut signature.signed_info);
            let fragment = opnc_exi::xmldsig::signed_info_fragment(&signature.signed_info).unwrap();
            signature.signature_value = world.cps.key.sign_raw(&fragment).unwrap();
            assert_eq!(failed(&verify_message(&message)), [Check::Algorithms], "{algorithm} {number}");
        }
    }
}

#[test]
fn references_that_could_mislead_are_refused() {
    let world = World::new(Algorithm::Secp521r1);
    let with = |change: &dyn Fn(&mut Vec<opnc_exi::xmldsig::Reference>)| {
        let mut message = world.message();
        change(&mut message.header.signature.as_mut().unwrap().signed_info.references);
        let report = verify_message(&message);
        let first = report.failures().find(|(check, _)| *check == Check::References);
        first.map(|(_, failure)| failure.to_string()).unwrap_or_default()
    };
    assert_eq!(with(&|_| ()), "");
    assert!(with(&|references| references[0].uri = Some("#id9".into())).contains("\"#id9\""));
    assert!(with(&|references| references[0].uri = Some("id1".into())).contains("\"id1\""));
    assert!(with(&|references| references[0].uri = None).contains("none of the elements"));
    assert!(with(&|references| references.push(references[0].clone())).contains("more than once"));
    assert!(with(&|references| references.clear()).contains("does not refer to SignedInstallationData"));
}

#[test]
fn answers_that_are_none_yet_or_none_at_all() {
    let world = World::new(Algorithm::Secp521r1);
    let mut message = world.message();
    response_mut(&mut message).evse_processing = Processing::Ongoing;
    let report = verify_message(&message);
    assert_eq!(failed(&report), [Check::Response]);
    assert!(report.to_string().contains("Ongoing"), "{report}");
    response_mut(&mut message).response_code = ResponseCode::WarningNoContractMatchingPcidFound;
    message.header.signature = None;
    let report = verify_message(&message);
    assert_eq!(failed(&report), [Check::Response, Check::Signature]);
    assert!(report.to_string().contains("WARNING_NoContractMatchingPCIDFound"), "{report}");
}

#[test]
fn what_no_car_could_take_is_not_signed() {
    let world = World::new(Algorithm::Secp521r1);
    let data = world.data();
    let mut empty = data.clone();
    empty.chain.clear();
    assert!(matches!(world.sign(&empty).unwrap_err(), SignError::EmptyChain("contract")));
    let mut named = data.clone();
    named.chain = world.cps.chain();
    assert!(matches!(world.sign(&named).unwrap_err(), SignError::NoEmaid(name) if name == "Signer 1"));
    let mut alone = data.clone();
    alone.chain.truncate(1);
    assert!(matches!(world.sign(&alone).unwrap_err(), SignError::Encode(_)));
    let mut long = data.clone();
    for _ in 0..2 {
        let again = long.chain[1].clone();
        long.chain.push(again);
    }
    let refused = world.sign(&long).unwrap_err();
    assert!(matches!(refused, SignError::ChainLength { whose: "contract", count: 4, allowed: 3 }), "{refused}");
    let refused = sign(&data, &world.cps.chain(), &Signer::from(world.car.key.clone())).unwrap_err();
    assert!(matches!(refused, SignError::OtherKey));
    let refused = sign(&data, &[], &Signer::from(world.cps.key.clone())).unwrap_err();
    assert!(matches!(refused, SignError::EmptyChain("CPS")));
}

#[test]
fn all_certificates_must_be_valid_now() {
    let world = World::new(Algorithm::Secp521r1);
    let late = world.accept(&world.message(), "2026-05-01T00:00:00Z".parse().unwrap()).unwrap_err();
    assert_eq!(failed(&late), [Check::CpsChain]);
}
