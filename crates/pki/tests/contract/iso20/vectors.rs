//! The vectors, made by EXIficient and Python's `cryptography`.
//!
//! Their signatures were made over a `SignedInfo` with the algorithms of ISO 15118-2, while the message names those of
//! -20: they must be refused, and nothing else of the messages may be.

use opnc_exi::xmldsig::signed_info_fragment;
use opnc_pki::chain::Anchors;
use opnc_pki::contract::iso20::{
    Asked, Check, KeyIdForm, Receiver, RequestError, accept, open, request_installation, verify_message, verify_request,
};
use opnc_pki::key::Signer;

use super::support::{at, bytes, certificate, failed, key, response, vector};

const RESPONSE: &str = "iso20_CertificateInstallationRes";
const REQUEST: &str = "iso20_CertificateInstallationReq";

/// A car of the vectors' PKI. The contract key was wrapped for a PCID of 18 characters, of which its certificate has 17.
fn receiver(key: &opnc_pki::key::SoftwareKey) -> Receiver<'_> {
    assert_eq!(certificate("oemleaf").common_name(), Some("WVWZZZ1JZXW000001"));
    Receiver { pcid: "WVWZZZ1JZXW0000019", key, key_id_form: KeyIdForm::HexDigits }
}

#[test]
fn the_signature_of_the_response_covers_other_bytes_than_the_message_says() {
    let message = vector(RESPONSE);
    let report = verify_message(&message);
    assert_eq!(failed(&report), [Check::Signature]);
    assert_eq!(report.entries().len(), 7);
    let signature = message.header.signature.as_ref().unwrap();
    let cps = certificate("cpsleaf");
    let covered = bytes(&format!("{RESPONSE}.SignedInfo"));
    assert!(cps.public_key().verify_raw(&covered, &signature.signature_value).is_ok());
    let ours = signed_info_fragment(&signature.signed_info).unwrap();
    assert_eq!(ours, bytes(&format!("{RESPONSE}.SignedInfo-sha512")));
}

/// With a signature over what the message says, a car takes it.
#[test]
fn the_response_is_accepted_once_it_is_signed_right() {
    let mut message = vector(RESPONSE);
    let signature = message.header.signature.as_mut().unwrap();
    signature.signature_value = key("cpsleaf").sign_raw(&bytes(&format!("{RESPONSE}.SignedInfo-sha512"))).unwrap();
    let car = key("oemleaf");
    let receiver = receiver(&car);
    let roots = Anchors::new(vec![certificate("v2groot")]);
    let mo_roots = Anchors::new(vec![certificate("moroot")]);
    let when = certificate("contract").not_before() + jiff::SignedDuration::from_hours(24);
    let contract = accept(&message, &receiver, &roots, Some(&mo_roots), when).unwrap();
    assert_eq!(contract.emaid.as_sent(), "DE8AAA1B2C3D4E5");
    assert_eq!(*contract.key.scalar().unwrap(), *key("contract").scalar().unwrap());
    assert_eq!(contract.chain, ["contract", "mosub2", "mosub1"].map(certificate));
    let early = accept(&message, &receiver, &roots, Some(&mo_roots), at()).unwrap_err();
    assert_eq!(failed(&early), [Check::CpsChain, Check::ContractChain]);
}

#[test]
fn the_response_opens_with_the_cars_key_alone() {
    let message = vector(RESPONSE);
    let (car, other) = (key("oemleaf"), key("oemsub1"));
    assert!(open(response(&message), &receiver(&car)).is_ok());
    assert!(open(response(&message), &receiver(&other)).is_err());
    assert!(open(response(&message), &Receiver { pcid: "WVWZZZ1JZXW000001", ..receiver(&car) }).is_err());
    let raw = Receiver { key_id_form: KeyIdForm::Bytes, ..receiver(&car) };
    assert!(open(response(&message), &raw).is_err());
}

#[test]
fn the_signature_of_the_request_covers_other_bytes_too() {
    let message = vector(REQUEST);
    let error = verify_request(&message).unwrap_err();
    assert!(matches!(error, RequestError::Signature(_)), "{error}");
    let signature = message.header.signature.as_ref().unwrap();
    let covered = bytes(&format!("{REQUEST}.SignedInfo"));
    assert!(certificate("oemleaf").public_key().verify_raw(&covered, &signature.signature_value).is_ok());
    let ours = signed_info_fragment(&signature.signed_info).unwrap();
    assert_eq!(ours, bytes(&format!("{REQUEST}.SignedInfo-sha512")));
}

/// All but the signature value is what EXIficient made.
#[test]
fn our_request_is_the_one_of_the_vector() {
    let theirs = vector(REQUEST);
    let opnc_exi::iso20::Body::CertificateInstallationReq(request) = &theirs.body else { panic!() };
    let asked = Asked {
        session_id: theirs.header.session_id,
        at: jiff::Timestamp::from_second(i64::try_from(theirs.header.timestamp).unwrap()).unwrap(),
        maximum: request.maximum_contract_certificate_chains,
        prioritized_emaids: request.prioritized_emaids.clone(),
    };
    let chain = ["oemleaf", "oemsub2", "oemsub1"].map(certificate);
    let signer = Signer::from(key("oemleaf"));
    let mut ours = request_installation(&chain, &[certificate("v2groot")], &asked, &signer).unwrap();
    let verified = verify_request(&ours).unwrap();
    assert_eq!(verified.chain, chain);
    assert_eq!(verified.prioritized_emaids, request.prioritized_emaids);
    ours.header.signature.as_mut().unwrap().signature_value =
        theirs.header.signature.as_ref().unwrap().signature_value.clone();
    assert_eq!(ours, theirs);
}
