//! Requests made by `openssl`, in every form and broken in many ways.

use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;

use super::*;
use crate::certificate::attribute;
use crate::key::Algorithm;

/// A request of `openssl req` in DER, and the text of the same in PEM.
fn request(key: &[&str], options: &[&str]) -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    run(&[&["genpkey", "-out", "key.pem"], key].concat());
    run(&[&["req", "-new", "-key", "key.pem", "-subj", "/O=CPO B/CN=DE*BBB*E1", "-out", "csr.pem"], options].concat());
    let der = run(&["req", "-in", "csr.pem", "-outform", "DER"]);
    (der, std::fs::read_to_string(folder.path().join("csr.pem")).unwrap())
}

const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P521: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
const P384: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
const ED448: &[&str] = &["-algorithm", "ED448"];

#[test]
fn every_key_and_every_form() {
    for (key, algorithm) in [(P256, Algorithm::Secp256r1), (P521, Algorithm::Secp521r1), (ED448, Algorithm::Ed448)] {
        let (der, pem) = request(key, &[]);
        let base64 = BASE64_STANDARD.encode(&der);
        let broken: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let forms = [
            der.clone(),
            pem.clone().into_bytes(),
            pem.replace('\n', "\r\n").into_bytes(),
            pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST").into_bytes(),
            BASE64_STANDARD.encode(&pem).into_bytes(),
            base64.clone().into_bytes(),
            base64.trim_end_matches('=').into(),
            broken.join("\n").into_bytes(),
            format!("\r\n{}\r\n", broken.join("\r\n")).into_bytes(),
        ];
        for form in forms {
            let csr = Csr::read(&form).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&form)));
            assert_eq!(csr.der(), der);
            assert_eq!(csr.public_key().algorithm(), algorithm);
            assert_eq!(csr.subject().first(attribute::COMMON_NAME), Some("DE*BBB*E1"));
            csr.verify().unwrap();
        }
    }
}

#[test]
fn every_hash_that_clients_use() {
    for (key, hash) in [(P256, "-sha384"), (P256, "-sha512"), (P521, "-sha512"), (P521, "-sha384")] {
        Csr::read(&request(key, &[hash]).0).unwrap().verify().unwrap();
    }
    let sha1 = Csr::read(&request(P256, &["-sha1"]).0).unwrap();
    assert!(matches!(sha1.verify(), Err(CsrError::SignatureAlgorithm { .. })));
}

#[test]
fn other_keys_are_refused_by_name() {
    let rsa: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    for (key, name) in [(P384, "secp384r1"), (rsa, "RSA"), (&["-algorithm", "ED25519"], "Ed25519")] {
        let error = Csr::read(&request(key, &[]).0).unwrap_err();
        assert!(error.to_string().contains(&format!("of the kind {name} are")), "{error}");
        assert!(error.to_string().contains("secp256r1, secp521r1 and Ed448"), "{error}");
    }
}

#[test]
fn a_changed_request_proves_nothing() {
    for key in [P256, P521, ED448] {
        let (mut der, _) = request(key, &[]);
        let name = der.windows(9).position(|window| window == b"DE*BBB*E1").unwrap();
        der[name + 8] = b'2';
        assert_eq!(Csr::read(&der).unwrap().verify(), Err(CsrError::Signature));
    }
}

#[test]
fn too_much_is_refused_before_it_is_read() {
    let many: Vec<String> = (1..=40).map(|number| format!("1.2.3.{number}=ASN1:NULL")).collect();
    let options: Vec<&str> = many.iter().flat_map(|extension| ["-addext", extension]).collect();
    let error = Csr::read(&request(P256, &options).0).unwrap_err();
    assert_eq!(error, CsrError::TooMany { what: "extensions", limit: MOST_PARTS });
    assert!(Csr::read(&request(P256, &options[..20]).0).is_ok());
    let mut long = vec![0; MOST_BYTES + 1];
    long[0] = 0x30;
    assert!(matches!(Csr::read(&long), Err(CsrError::TooLong { .. })));
    assert!(matches!(Csr::read(&vec![b'A'; 1 << 20]), Err(CsrError::TooLong { .. })));
}

#[test]
fn what_is_no_request() {
    let (der, pem) = request(P256, &[]);
    assert_eq!(Csr::read(b"").unwrap_err(), CsrError::Empty);
    assert_eq!(Csr::read(b"hello, world").unwrap_err(), CsrError::Encoding);
    let label = Csr::read(pem.replace("CERTIFICATE REQUEST", "CERTIFICATE").as_bytes()).unwrap_err();
    assert_eq!(label, CsrError::Label("CERTIFICATE".to_owned()));
    assert!(matches!(Csr::read(&[&der[..], &[0]].concat()).unwrap_err(), CsrError::TrailingBytes(1)));
    for length in 1..der.len() {
        assert!(Csr::read(&der[..length]).is_err(), "{length} bytes");
    }
}

proptest! {
    #[test]
    fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Csr::read(&bytes).map(|csr| csr.verify());
        let _ = read::read(&bytes);
    }
}
