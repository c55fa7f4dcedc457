//! What the decoder refuses, with the reason and the place, and what the encoder refuses with the reason.

use super::DOCUMENTS;
use super::vectors::response;
use crate::data::{DOCUMENTS as ISO2_DOCUMENTS, vector};
use crate::refused::with_bits;
use opnc_exi::iso20::{
    Body, CertificateInstallationReq, EncryptedPrivateKey, Header, Message, Processing, ResponseCode,
    SignedInstallationData, decode, encode,
};
use opnc_exi::{EncodeError, Error, ErrorKind, iso2};

fn kind(bytes: &[u8]) -> ErrorKind {
    decode(bytes).unwrap_err().kind
}

fn request() -> CertificateInstallationReq {
    let Body::CertificateInstallationReq(request) = decode(&vector(DOCUMENTS[0])).unwrap().body else { panic!() };
    request
}

/// A message without a signature, so that the places in it can be counted: 8 bits of EXI header, 6 of root, 1 each of
/// Header, SessionID and its content, 8 of length, 64 of session, 1 of its end; 1 each of TimeStamp and its content, 8 of
/// a short time, 1 of its end; 2 of the header's end; then the first element.
fn plain(body: Body) -> Vec<u8> {
    encode(&Message { header: Header { session_id: [0; 8], timestamp: 5, signature: None }, body }).unwrap()
}

const ROOT: usize = 8;
const HEADER: usize = 14;
const SESSION_LENGTH: usize = 17;
const TIMESTAMP: usize = 92;
const AFTER_TIMESTAMP: usize = 101;
const FIRST_ELEMENT: usize = 103;

#[test]
fn truncation_at_every_byte() {
    for name in DOCUMENTS {
        let bytes = vector(name);
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
    }
    let mut bytes = vector(DOCUMENTS[0]);
    *bytes.last_mut().unwrap() |= 1;
    assert_eq!(kind(&bytes), ErrorKind::Padding);
}

#[test]
fn other_starts_than_ours() {
    assert_eq!(decode(b""), Err(Error { kind: ErrorKind::EndOfInput, bit: 0 }));
    assert_eq!(decode(b"\x80"), Err(Error { kind: ErrorKind::EndOfInput, bit: 8 }));
    assert_eq!(decode(b"<CertificateInstallationReq/>"), Err(Error { kind: ErrorKind::Header(b'<'), bit: 0 }));
}

#[test]
fn other_messages_by_their_names() {
    let plain = plain(Body::CertificateInstallationReq(request()));
    let root = |code: u32| decode(&with_bits(&plain, ROOT, &format!("{code:06b}"))).unwrap_err();
    assert_eq!(root(0), Error { kind: ErrorKind::OtherMessage("AuthorizationReq"), bit: ROOT });
    assert_eq!(root(38).kind, ErrorKind::OtherMessage("SessionStopRes"));
    assert_eq!(root(45).kind, ErrorKind::OtherMessage("SignedInstallationData"));
    assert_eq!(root(53).kind, ErrorKind::OtherMessage("X509Data"));
    assert_eq!(root(54).kind, ErrorKind::SecondLevelEvent);
    assert_eq!(root(63).kind, ErrorKind::UnknownEvent(63));
}

#[test]
fn messages_of_the_other_generation() {
    for name in ISO2_DOCUMENTS {
        let error = decode(&vector(name)).unwrap_err();
        assert_eq!(error, Error { kind: ErrorKind::OtherGeneration("ISO 15118-2"), bit: ROOT }, "{name}");
        assert_eq!(error.to_string(), "bit 8 (byte 1): this is a message of ISO 15118-2");
        // Whatever the length of its session.
        let mut message = iso2::decode(&vector(name)).unwrap();
        for length in 0..=8 {
            message.header.session_id = vec![0xff; length];
            assert_eq!(kind(&iso2::encode(&message).unwrap()), ErrorKind::OtherGeneration("ISO 15118-2"));
        }
    }
    for name in DOCUMENTS {
        assert!(iso2::decode(&vector(name)).is_err());
    }
}

#[test]
fn places_are_those_of_the_offending_bits() {
    let plain = plain(Body::CertificateInstallationRes(response()));
    let error = |bit, bits: &str| decode(&with_bits(&plain, bit, bits)).unwrap_err();
    assert_eq!(error(HEADER, "1"), Error { kind: ErrorKind::SecondLevelEvent, bit: HEADER });
    for length in [0, 7, 9] {
        let kind = ErrorKind::Length { what: "SessionID", length, min: 8, max: 8 };
        assert_eq!(error(SESSION_LENGTH, &format!("{length:08b}")), Error { kind, bit: SESSION_LENGTH });
    }
    // A time of 70 bits.
    let time = "11111111".repeat(9) + "01111111";
    assert_eq!(error(TIMESTAMP, &time), Error { kind: ErrorKind::IntegerRange("TimeStamp"), bit: TIMESTAMP });
    let time = "1000000100000000";
    assert_eq!(error(TIMESTAMP, time), Error { kind: ErrorKind::NonMinimalInteger, bit: TIMESTAMP });
    assert_eq!(error(AFTER_TIMESTAMP, "10"), Error { kind: ErrorKind::SecondLevelEvent, bit: AFTER_TIMESTAMP });
    assert_eq!(error(AFTER_TIMESTAMP, "11"), Error { kind: ErrorKind::UnknownEvent(3), bit: AFTER_TIMESTAMP });
    // The response code after SE and CH, and EVSEProcessing three bits after it.
    let code = FIRST_ELEMENT + 2;
    for value in [40, 63] {
        let kind = ErrorKind::Enumeration { what: "ResponseCode", value };
        assert_eq!(error(code, &format!("{value:06b}")), Error { kind, bit: code });
    }
    let kind = ErrorKind::Enumeration { what: "EVSEProcessing", value: 3 };
    assert_eq!(error(code + 9, "11"), Error { kind, bit: code + 9 });
}

/// A length prefix can claim anything. Memory is only taken for what is there, so the claim costs nothing.
#[test]
fn lengths_beyond_the_input() {
    let plain = plain(Body::CertificateInstallationReq(request()));
    // The chain and its Id, three characters; then Certificate and its content.
    let id = FIRST_ELEMENT + 2;
    let certificate = id + 4 * 8 + 2;
    for octets in [2, 4, 8, 9] {
        let claim = "11111111".repeat(octets) + "00000001";
        let error = decode(&with_bits(&plain, certificate, &claim)).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Length { what: "Certificate", .. }), "{error}");
        assert_eq!(error.bit, certificate);
        let error = decode(&with_bits(&plain, id, &claim)).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::EndOfInput | ErrorKind::Character(_)), "{error}");
    }
}

#[test]
fn every_value_of_an_enumeration_has_its_place() {
    let mut response = response();
    assert_eq!(ResponseCode::all().count(), 40);
    for code in ResponseCode::all() {
        response.response_code = code;
        for evse_processing in Processing::ALL {
            response.evse_processing = evse_processing;
            let bytes = plain(Body::CertificateInstallationRes(response.clone()));
            let Body::CertificateInstallationRes(decoded) = decode(&bytes).unwrap().body else { panic!() };
            assert_eq!(decoded, response);
        }
        assert_eq!(ResponseCode::parse(code.as_str()), Some(code));
        let kinds = [code.is_failure(), code.is_warning(), code.as_str().starts_with("OK")];
        assert_eq!(kinds.into_iter().filter(|kind| *kind).count(), 1, "{}", code.as_str());
    }
    assert_eq!(ResponseCode::parse("FAILED_CertChainError"), None); // one of -2
}

fn refused(body: Body) -> String {
    encode(&Message { header: Header::default(), body }).unwrap_err().to_string()
}

#[test]
fn requests_beyond_the_schema_are_not_written() {
    let changed = |change: fn(&mut CertificateInstallationReq)| {
        let mut request = request();
        change(&mut request);
        refused(Body::CertificateInstallationReq(request))
    };
    assert_eq!(
        changed(|request| request.oem_provisioning_certificate_chain.chain.certificate = vec![0; 1601]),
        "Certificate has length 1601, allowed are 0 to 1600"
    );
    assert_eq!(
        changed(|request| request.oem_provisioning_certificate_chain.chain.sub_certificates = vec![vec![]; 4]),
        "4 SubCertificates/Certificate elements, allowed are 0 to 3"
    );
    assert_eq!(
        changed(|request| request.list_of_root_certificate_ids.clear()),
        "0 RootCertificateID elements, allowed are 1 to 20"
    );
    assert_eq!(
        changed(|request| request.prioritized_emaids = vec![String::new(); 9]),
        "9 EMAID elements, allowed are 1 to 8"
    );
    assert_eq!(
        changed(|request| request.prioritized_emaids = vec!["é".repeat(256)]),
        "EMAID has length 256, allowed are 0 to 255"
    );
}

#[test]
fn responses_beyond_the_schema_are_not_written() {
    let changed = |change: fn(&mut SignedInstallationData)| {
        let mut response = response();
        change(&mut response.signed_installation_data);
        refused(Body::CertificateInstallationRes(response))
    };
    assert_eq!(
        changed(|data| data.contract_certificate_chain.sub_certificates.clear()),
        "0 SubCertificates/Certificate elements, allowed are 1 to 3"
    );
    assert_eq!(
        changed(|data| data.dh_public_key = vec![0; 65]),
        "DHPublicKey has length 65, allowed are 133 (secp521r1), 56 and 57 (X448)"
    );
    assert_eq!(
        changed(|data| data.encrypted_private_key = EncryptedPrivateKey::Secp521(vec![0; 93])),
        "SECP521_EncryptedPrivateKey has length 93, allowed are 94 to 94"
    );
    assert_eq!(
        changed(|data| data.encrypted_private_key = EncryptedPrivateKey::X448(vec![0; 94])),
        "X448_EncryptedPrivateKey has length 94, allowed are 84 to 84"
    );
    assert_eq!(
        changed(|data| data.encrypted_private_key = EncryptedPrivateKey::Tpm(vec![0; 209])),
        "TPM_EncryptedPrivateKey has length 209, allowed are 1 to 206"
    );
    assert_eq!(changed(|data| data.id = "\u{1}".into()), "Id contains '\\u{1}', which is not a character of XML");
}

#[test]
fn everything_at_its_limit_comes_back() {
    let mut request = request();
    let chain = &mut request.oem_provisioning_certificate_chain.chain;
    chain.certificate = vec![0xa5; 1600];
    chain.sub_certificates = vec![vec![0x5a; 1600]; 3];
    let root = request.list_of_root_certificate_ids[0].clone();
    request.list_of_root_certificate_ids = vec![root; 20];
    request.maximum_contract_certificate_chains = 255;
    request.prioritized_emaids = vec!["é".repeat(255); 8];
    let body = Body::CertificateInstallationReq(request.clone());
    let bytes = plain(body.clone());
    assert_eq!(decode(&bytes).unwrap().body, body);
    for length in 0..bytes.len() {
        assert_eq!(kind(&bytes[..length]), ErrorKind::EndOfInput);
    }
    request.list_of_root_certificate_ids.push(request.list_of_root_certificate_ids[0].clone());
    let message = Message { header: Header::default(), body: Body::CertificateInstallationReq(request) };
    let refused = EncodeError::Count { what: "RootCertificateID", count: 21, min: 1, max: 20 };
    assert_eq!(encode(&message), Err(refused));
}
