//! What the decoder refuses, with the reason and the place, and what the encoder refuses with the reason.

use crate::data::{DOCUMENTS, real, vector};
use opnc_exi::iso2::{Body, Header, Message, Notification, decode, encode};
use opnc_exi::{EncodeError, Error, ErrorKind};

fn kind(bytes: &[u8]) -> ErrorKind {
    decode(bytes).unwrap_err().kind
}

/// A message with the bits from `bit` on replaced by others, written as a text of 0 and 1.
pub(crate) fn with_bits(bytes: &[u8], bit: usize, bits: &str) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (offset, value) in bits.bytes().enumerate() {
        let (byte, mask) = ((bit + offset) / 8, 0x80 >> ((bit + offset) % 8));
        bytes[byte] = if value == b'1' { bytes[byte] | mask } else { bytes[byte] & !mask };
    }
    bytes
}

/// A message whose header holds a session and nothing else, so that the places in it can be counted: 8 bits of EXI header,
/// 7 of root, 1 each of Header, SessionID and its content, 8 of length, 64 of session, 1 of its end, 2 of the header's end,
/// 1 of Body; then 6 of the element in the body.
fn plain() -> Vec<u8> {
    let mut message = decode(&vector("iso2_CertificateInstallationReq")).unwrap();
    message.header = Header { session_id: vec![0; 8], notification: None, signature: None };
    encode(&message).unwrap()
}

const ROOT: usize = 8;
const HEADER: usize = 15;
const SESSION_LENGTH: usize = 18;
const AFTER_SESSION: usize = 91;
const BODY_ELEMENT: usize = 94;

#[test]
fn truncation_at_every_byte() {
    let reals = ["hubject-qa/certificate-installation-res.iso2.exi", "gireve/failed-certificate-revoked.iso2.exi"];
    let messages = DOCUMENTS.iter().map(|name| vector(name)).chain(reals.iter().filter_map(|path| real(path)));
    for bytes in messages {
        for length in 0..bytes.len() {
            let error = decode(&bytes[..length]).unwrap_err();
            assert_eq!(error.kind, ErrorKind::EndOfInput, "{length} of {} bytes", bytes.len());
            assert!(error.bit <= length * 8);
        }
    }
}

#[test]
fn something_after_the_end() {
    for name in DOCUMENTS {
        let mut bytes = vector(name);
        let length = bytes.len();
        bytes.push(0);
        assert_eq!(decode(&bytes), Err(Error { kind: ErrorKind::TrailingBytes(1), bit: length * 8 }));
        bytes.extend([0; 9]);
        assert_eq!(kind(&bytes), ErrorKind::TrailingBytes(10));
    }
    let mut bytes = vector("iso2_CertificateUpdateReq");
    *bytes.last_mut().unwrap() |= 1;
    assert_eq!(kind(&bytes), ErrorKind::Padding);
}

#[test]
fn other_starts_than_ours() {
    assert_eq!(decode(b""), Err(Error { kind: ErrorKind::EndOfInput, bit: 0 }));
    assert_eq!(decode(b"$EXI\x80"), Err(Error { kind: ErrorKind::Header(b'$'), bit: 0 }));
    assert_eq!(decode(b"<V2G_Message/>"), Err(Error { kind: ErrorKind::Header(b'<'), bit: 0 }));
    assert_eq!(decode(&[0xa0, 0x98]), Err(Error { kind: ErrorKind::Header(0xa0), bit: 0 }));
    let iso20 = vector("iso20_CertificateInstallationRes");
    assert!(matches!(decode(&iso20), Err(Error { kind: ErrorKind::Root(_), bit: ROOT })));
}

#[test]
fn other_messages_by_their_names() {
    let plain = plain();
    let body = |code: u32| kind(&with_bits(&plain, BODY_ELEMENT, &format!("{code:06b}")));
    assert_eq!(body(0), ErrorKind::OtherMessage("AuthorizationReq"));
    assert_eq!(body(29), ErrorKind::OtherMessage("SessionSetupReq"));
    assert_eq!(body(34), ErrorKind::OtherMessage("WeldingDetectionRes"));
    assert_eq!(body(35), ErrorKind::EmptyBody);
    assert_eq!(body(36), ErrorKind::SecondLevelEvent);
    assert_eq!(body(37), ErrorKind::UnknownEvent(37));
    assert_eq!(body(63), ErrorKind::UnknownEvent(63));
}

#[test]
fn places_are_those_of_the_offending_bits() {
    let plain = plain();
    let error = |bit, bits| decode(&with_bits(&plain, bit, bits)).unwrap_err();
    assert_eq!(error(HEADER, "1"), Error { kind: ErrorKind::SecondLevelEvent, bit: HEADER });
    assert_eq!(error(AFTER_SESSION, "11"), Error { kind: ErrorKind::SecondLevelEvent, bit: AFTER_SESSION });
    let length = ErrorKind::Length { what: "SessionID", length: 9, min: 0, max: 8 };
    assert_eq!(error(SESSION_LENGTH, "00001001"), Error { kind: length, bit: SESSION_LENGTH });
    let text = error(BODY_ELEMENT, "000000").to_string();
    assert_eq!(
        text,
        "bit 94 (byte 11): the message is AuthorizationReq, not one of the certificate installation or update messages"
    );
}

/// A length prefix can claim anything. Memory is only taken for what is there, so the claim costs nothing.
#[test]
fn lengths_beyond_the_input() {
    let plain = plain();
    // The length of the certificate: after the element, AT(Id), "ID1" (4 octets), SE and CH.
    let certificate = BODY_ELEMENT + 6 + 1 + 4 * 8 + 2;
    for octets in [2, 4, 8, 9] {
        let claim = "11111111".repeat(octets) + "00000001";
        let error = decode(&with_bits(&plain, certificate, &claim)).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Length { .. } | ErrorKind::EndOfInput), "{error}");
        // The length of the Id has no limit but the input.
        let error = decode(&with_bits(&plain, BODY_ELEMENT + 7, &claim)).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::EndOfInput | ErrorKind::Character(_)), "{error}");
    }
}

#[test]
fn every_response_code_and_fault_code_has_its_place() {
    use opnc_exi::iso2::{FaultCode, ResponseCode};
    let mut message = decode(&vector("iso2_CertificateInstallationRes")).unwrap();
    message.header.signature = None;
    for code in ResponseCode::all() {
        let Body::CertificateInstallationRes(response) = &mut message.body else { panic!() };
        response.response_code = code;
        assert_eq!(decode(&encode(&message).unwrap()), Ok(message.clone()), "{}", code.as_str());
        assert_eq!(ResponseCode::parse(code.as_str()), Some(code));
    }
    for fault_code in FaultCode::ALL {
        for fault_msg in [None, Some("certificate revoked".to_owned())] {
            message.header.notification = Some(Notification { fault_code, fault_msg });
            assert_eq!(decode(&encode(&message).unwrap()), Ok(message.clone()));
        }
    }
    // SE(Header), SE(SessionID), CH, 9 octets, EE; Notification in 2 bits, SE(FaultCode), CH; then the value.
    let fault = with_bits(&encode(&message).unwrap(), AFTER_SESSION + 4, "11");
    let expected = ErrorKind::Enumeration { what: "FaultCode", value: 3 };
    assert_eq!(decode(&fault), Err(Error { kind: expected, bit: AFTER_SESSION + 4 }));
}

#[test]
fn the_encoder_refuses_what_the_decoder_would() {
    let vector = |name| decode(&vector(name)).unwrap();
    let refused = |message: &Message| encode(message).unwrap_err();

    let mut request = vector("iso2_CertificateInstallationReq");
    request.header.session_id = vec![0; 9];
    assert!(matches!(refused(&request), EncodeError::Length { what: "SessionID", length: 9, .. }));

    let mut request = vector("iso2_CertificateInstallationReq");
    let Body::CertificateInstallationReq(body) = &mut request.body else { panic!() };
    let root = body.list_of_root_certificate_ids[0].clone();
    body.list_of_root_certificate_ids = vec![root.clone(); 21];
    assert!(matches!(refused(&request), EncodeError::Count { what: "RootCertificateID", count: 21, .. }));
    let Body::CertificateInstallationReq(body) = &mut request.body else { panic!() };
    body.list_of_root_certificate_ids.clear();
    assert!(matches!(refused(&request), EncodeError::Count { count: 0, .. }));
    let Body::CertificateInstallationReq(body) = &mut request.body else { panic!() };
    body.list_of_root_certificate_ids = vec![root; 20];
    body.oem_provisioning_cert = vec![0; 800];
    assert!(encode(&request).is_ok());
    let Body::CertificateInstallationReq(body) = &mut request.body else { panic!() };
    body.oem_provisioning_cert.push(0);
    assert!(matches!(refused(&request), EncodeError::Length { what: "Certificate", length: 801, .. }));

    let response = vector("iso2_CertificateInstallationRes");
    let changed = |change: fn(&mut opnc_exi::iso2::CertificateInstallationRes)| {
        let mut message = response.clone();
        let Body::CertificateInstallationRes(body) = &mut message.body else { panic!() };
        change(body);
        encode(&message).unwrap_err().to_string()
    };
    assert_eq!(
        changed(|body| body.sa_provisioning_certificate_chain.sub_certificates = vec![vec![]; 5]),
        "5 SubCertificates/Certificate elements, allowed are 0 to 4"
    );
    assert_eq!(
        changed(|body| body.contract_signature_encrypted_private_key.value = vec![0; 49]),
        "ContractSignatureEncryptedPrivateKey has length 49, allowed are 0 to 48"
    );
    assert_eq!(
        changed(|body| body.dh_public_key.value = vec![0; 66]),
        "DHpublickey has length 66, allowed are 0 to 65"
    );
    assert_eq!(changed(|body| body.emaid.value = "DE8AAA1B2C3D4".into()), "eMAID has length 13, allowed are 14 to 15");
    assert_eq!(
        changed(|body| body.emaid.value = "DE8AAA1B2C3D4E\u{0}".into()),
        "eMAID contains '\\0', which is not a character of XML"
    );
}
