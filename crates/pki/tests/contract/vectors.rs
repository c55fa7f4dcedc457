//! The vectors, made by EXIficient and Python's `cryptography`: accepted as they are, refused with anything changed.

use opnc_exi::iso2::{Body, FaultCode, Header, IdText, Message, Notification, ResponseCode};
use opnc_messages::ids::SessionId;
use opnc_pki::contract::iso2::{
    Check, Failure, RequestError, SignedElement, open, request_installation, verify_message, verify_request,
    with_session_id,
};
use opnc_pki::key::Signer;

use crate::support::{certificate, failed, key, response, response_mut, vector};

const RESPONSE: &str = "iso2_CertificateInstallationRes";
const REQUEST: &str = "iso2_CertificateInstallationReq";

#[test]
fn the_response_verifies_with_every_check() {
    let report = verify_message(&vector(RESPONSE));
    assert!(report.is_ok(), "{report}");
    let checks: Vec<Check> = report.entries().iter().map(|entry| entry.check).collect();
    let digests = SignedElement::ALL.map(|element| Check::Digest(element.as_str()));
    assert!(digests.iter().all(|digest| checks.contains(digest)));
    assert_eq!(checks.len(), 9);
}

#[test]
fn the_response_opens_with_the_cars_key_alone() {
    let message = vector(RESPONSE);
    let contract = open(response(&message), &key("oemleaf")).unwrap();
    assert_eq!(contract.key.public_key(), certificate("contract").public_key());
    assert_eq!(*contract.key.scalar().unwrap(), *key("contract").scalar().unwrap());
    assert_eq!(contract.chain, ["contract", "mosub2", "mosub1"].map(certificate));
    assert_eq!(contract.emaid.as_sent(), "DE8AAA1B2C3D4E5");
    let error = open(response(&message), &key("oemsub1")).unwrap_err();
    assert!(matches!(error, Failure::OtherKey | Failure::Unwrap(_)), "{error}");
}

#[test]
fn the_references_may_come_in_any_order() {
    let mut message = vector(RESPONSE);
    message.header.signature.as_mut().unwrap().signed_info.references.reverse();
    // Only the signature value notices, since the order is part of what it signs.
    assert_eq!(failed(&verify_message(&message)), [Check::Signature]);
    sign_again(&mut message);
    assert!(verify_message(&message).is_ok());
}

/// A signature value of the CPS over a changed `SignedInfo`.
fn sign_again(message: &mut Message) {
    let signature = message.header.signature.as_mut().unwrap();
    let fragment = opnc_exi::xmldsig::signed_info_fragment(&signature.signed_info).unwrap();
    signature.signature_value = key("cpsleaf").sign_raw(&fragment).unwrap();
}

#[test]
fn the_session_is_not_signed() {
    let session = SessionId::parse("0102030405060708").unwrap();
    let message = with_session_id(vector(RESPONSE), session.as_bytes());
    assert_eq!(message.header.session_id, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(verify_message(&message).is_ok());
}

#[test]
fn references_that_could_mislead_are_refused() {
    let with_uris = |change: &dyn Fn(&mut Vec<Option<String>>)| {
        let mut message = vector(RESPONSE);
        let references = &mut message.header.signature.as_mut().unwrap().signed_info.references;
        let mut uris: Vec<_> = references.iter().map(|reference| reference.uri.clone()).collect();
        change(&mut uris);
        references.truncate(uris.len());
        references.iter_mut().zip(uris).for_each(|(reference, uri)| reference.uri = uri);
        let report = verify_message(&message);
        let first = report.failures().find(|(check, _)| *check == Check::References);
        first.map(|(_, failure)| failure.to_string()).unwrap_or_default()
    };
    assert_eq!(with_uris(&|_| ()), "");
    assert!(with_uris(&|uris| uris[1] = Some("#id1".into())).contains("ContractSignatureCertChain more than once"));
    assert!(with_uris(&|uris| uris[3] = Some("#id9".into())).contains("\"#id9\""));
    assert!(with_uris(&|uris| uris[3] = Some("id4".into())).contains("\"id4\""));
    assert!(with_uris(&|uris| uris[3] = None).contains("none of the elements"));
    assert!(with_uris(&|uris| drop(uris.pop())).contains("does not refer to eMAID"));

    let mut message = vector(RESPONSE);
    response_mut(&mut message).dh_public_key.id = "id2".into();
    let report = verify_message(&message);
    assert!(report.failures().any(|(_, failure)| matches!(failure, Failure::SameId(id) if id == "id2")), "{report}");

    let mut message = vector(RESPONSE);
    response_mut(&mut message).contract_signature_cert_chain.id = None;
    assert!(failed(&verify_message(&message)).contains(&Check::Digest(SignedElement::ContractChain.as_str())));
}

#[test]
fn other_algorithms_are_refused() {
    type Change = fn(&mut opnc_exi::xmldsig::SignedInfo);
    let changes: [Change; 5] = [
        |info| info.canonicalization_method = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315".into(),
        |info| info.signature_method = opnc_exi::xmldsig::algorithm::ECDSA_SHA512.into(),
        |info| info.references[2].digest_method = opnc_exi::xmldsig::algorithm::SHA512.into(),
        |info| info.references[1].transforms.clear(),
        |info| info.references[0].transforms.push(info.canonicalization_method.clone()),
    ];
    for change in changes {
        let mut message = vector(RESPONSE);
        change(&mut message.header.signature.as_mut().unwrap().signed_info);
        sign_again(&mut message);
        assert_eq!(failed(&verify_message(&message)), [Check::Algorithms]);
    }
}

#[test]
fn failures_without_a_signature_and_other_messages() {
    let mut message = vector(RESPONSE);
    message.header.signature = None;
    message.header.notification = Some(Notification { fault_code: FaultCode::UnknownError, fault_msg: None });
    response_mut(&mut message).response_code = ResponseCode::FailedCertificateExpired;
    let report = verify_message(&message);
    assert_eq!(failed(&report), [Check::Response, Check::Signature]);
    assert!(report.to_string().contains("FAILED_CertificateExpired"), "{report}");

    // The response code is outside of the signature: it alone can turn an answer into a refusal.
    let mut message = vector(RESPONSE);
    response_mut(&mut message).response_code = ResponseCode::OkCertificateExpiresSoon;
    assert_eq!(failed(&verify_message(&message)), [Check::Response]);

    assert_eq!(failed(&verify_message(&vector(REQUEST))), [Check::Response]);
}

#[test]
fn the_emaid_must_be_that_of_the_certificate() {
    let mut message = vector(RESPONSE);
    let emaid = IdText { id: "id4".into(), value: "DE8AAA1B2C3D4E6".into() };
    response_mut(&mut message).emaid = emaid;
    assert_eq!(failed(&verify_message(&message)), [Check::Emaid, Check::Digest(SignedElement::Emaid.as_str())]);
    let error = open(response(&message), &key("oemleaf")).unwrap_err();
    assert!(matches!(error, Failure::Emaid { .. }), "{error}");

    // The same contract in another spelling is only another digest.
    let mut message = vector(RESPONSE);
    response_mut(&mut message).emaid.value = "de8aaa1b2c3d4e5".into();
    assert_eq!(failed(&verify_message(&message)), [Check::Digest(SignedElement::Emaid.as_str())]);
}

#[test]
fn the_request_verifies() {
    let request = verify_request(&vector(REQUEST)).unwrap();
    assert_eq!(request.certificate, certificate("oemleaf"));
    assert_eq!(request.roots.len(), 1);
    assert!(certificate("v2groot").subject().is_written(&request.roots[0].issuer_name));
    assert_eq!(request.roots[0].serial_number.magnitude(), certificate("v2groot").serial());
    assert_eq!(hex::encode_upper(request.session_id), "3D4CBF93374ED89B");
}

fn our_request() -> Message {
    let session = SessionId::parse("3D4CBF93374ED89B").unwrap();
    let signer = Signer::from(key("oemleaf"));
    request_installation(&certificate("oemleaf"), &[certificate("v2groot")], &session, &signer).unwrap()
}

/// All but the random signature value is what EXIficient made.
#[test]
fn our_request_is_the_one_of_the_vector() {
    let (mut ours, theirs) = (our_request(), vector(REQUEST));
    verify_request(&ours).unwrap();
    ours.header.signature.as_mut().unwrap().signature_value =
        theirs.header.signature.as_ref().unwrap().signature_value.clone();
    assert_eq!(ours, theirs);
}

#[test]
fn a_request_needs_the_key_of_its_certificate() {
    let session = SessionId::parse("00").unwrap();
    let signer = Signer::from(key("oemsub1"));
    let made = request_installation(&certificate("oemleaf"), &[certificate("v2groot")], &session, &signer);
    assert!(made.is_err());
}

#[test]
fn forged_requests_are_refused_by_kind() {
    fn refused(change: impl Fn(&mut Header, &mut opnc_exi::iso2::CertificateInstallationReq)) -> RequestError {
        let mut message = vector(REQUEST);
        let Body::CertificateInstallationReq(request) = &mut message.body else { panic!() };
        change(&mut message.header, request);
        verify_request(&message).unwrap_err()
    }
    fn references(header: &mut Header) -> &mut Vec<opnc_exi::xmldsig::Reference> {
        &mut header.signature.as_mut().unwrap().signed_info.references
    }
    assert_eq!(refused(|header, _| header.signature = None), RequestError::NotSigned);
    assert_eq!(refused(|header, _| references(header).clear()), RequestError::References(0));
    let twice = refused(|header, _| {
        let first = references(header)[0].clone();
        references(header).push(first);
    });
    assert_eq!(twice, RequestError::References(2));
    for uri in [Some("#ID2"), Some("ID1"), Some(""), None] {
        let error = refused(|header, _| references(header)[0].uri = uri.map(str::to_owned));
        assert!(matches!(error, RequestError::OtherElement { .. }), "{error}");
    }
    let error = refused(|header, _| references(header)[0].transforms.clear());
    assert!(matches!(error, RequestError::Algorithm(_)), "{error}");
    assert_eq!(refused(|header, _| references(header)[0].digest_value[0] ^= 1), RequestError::Digest);
    assert_eq!(refused(|_, request| request.list_of_root_certificate_ids[0].issuer_name += " "), RequestError::Digest);
    let error = refused(|header, _| header.signature.as_mut().unwrap().signature_value[63] ^= 1);
    assert!(matches!(error, RequestError::Signature(_)), "{error}");
    // Somebody else's certificate in it: the digest is made anew, the signature is not.
    let error = refused(|header, request| {
        request.oem_provisioning_cert = certificate("contract").der().to_vec();
        let fragment = opnc_exi::iso2::fragment::certificate_installation_req(request).unwrap();
        references(header)[0].digest_value = opnc_pki::key::sha256(&fragment).to_vec();
    });
    assert!(matches!(error, RequestError::Signature(_)), "{error}");
    let error = refused(|_, request| request.oem_provisioning_cert.push(0));
    assert!(matches!(error, RequestError::Certificate(_)), "{error}");
    assert_eq!(verify_request(&vector(RESPONSE)).unwrap_err(), RequestError::OtherMessage);
}
