//! OCSP answers and revocation lists of openssl, read and verified here.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::fs;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use opnc_messages::pki::RevocationReason;
use opnc_pki::crl::Crl;
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::issue::{Authority, Request as CertificateRequest};
use opnc_pki::key::{Algorithm, SoftwareKey};
use opnc_pki::ocsp::{CertId, IdHash, Request, Response, Status, VerifyError};
use opnc_pki::{Certificate, Clock, SystemClock, profile};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;

/// A CA with a leaf and a responder, in files for openssl.
struct Bench {
    folder: TempDir,
    ca: Authority,
    leaf: Certificate,
}

/// The line of a certificate in the database of `openssl ca`.
fn line(state: &str, serial: &[u8]) -> String {
    let revoked = if state == "R" { "261101000000Z,keyCompromise" } else { "" };
    format!("{state}\t490101000000Z\t{revoked}\t{}\tunknown\t/CN=x\n", hex::encode_upper(serial))
}

impl Bench {
    fn new(algorithm: Algorithm) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let now = SystemClock.now() - SignedDuration::from_hours(1);
        let pki = Hierarchy::new_in(Domain::Oem, "Org", algorithm, now, &mut rng).unwrap();
        let leaf_profile = &profile::PROVISIONING;
        let validity = leaf_profile.validity_from(now);
        let leaf = pki.leaf_of(leaf_profile, "WAATESTCAR0000001", algorithm, validity, &mut rng).unwrap().certificate;
        let key = SoftwareKey::generate(algorithm).unwrap();
        let profile = profile::OCSP_RESPONDER.in_version(algorithm.version());
        let request = CertificateRequest {
            profile,
            subject: profile.subject("Responder", "Org", None).unwrap(),
            public_key: key.public_key().clone(),
            validity: profile.validity_from(now),
        };
        let responder = pki.sub_ca_2.issue(request, &mut rng).unwrap();
        let bench = Self { folder, ca: pki.sub_ca_2, leaf };
        bench.put("ca.pem", bench.ca.certificate().to_pem());
        bench.put("responder.pem", responder.to_pem());
        bench.put("responder.key", key.to_pkcs8_pem().unwrap().as_str());
        bench.put("leaf.pem", bench.leaf.to_pem());
        bench.put("leaf.key", SoftwareKey::generate(algorithm).unwrap().to_pkcs8_pem().unwrap().as_str());
        bench
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").args(arguments).current_dir(self.folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn id(&self, hash: IdHash) -> CertId {
        CertId::new(hash, self.ca.certificate(), self.leaf.serial()).unwrap()
    }

    /// The answer of openssl's responder to our request, when the certificate is in this state.
    fn answer(&self, state: &str, request: &Request, more: &[&str]) -> Response {
        self.put("index.txt", if state.is_empty() { String::new() } else { line(state, self.leaf.serial()) });
        self.put("request.der", request.to_der().unwrap());
        let mut arguments = vec!["ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "responder.pem", "-rkey"];
        arguments.extend(["responder.key", "-reqin", "request.der", "-respout", "response.der", "-ignore_err"]);
        arguments.extend(more);
        self.openssl(&arguments);
        Response::from_der(&fs::read(self.folder.path().join("response.der")).unwrap()).unwrap()
    }

    fn verify(&self, response: Response, request: &Request, at: Timestamp) -> Result<Status, VerifyError> {
        let Response::Basic(basic) = response else { panic!("{response:?}") };
        let verified = basic.verify(&request.ids[0], self.ca.certificate(), request.nonce.as_deref(), at);
        verified.map(|verified| verified.status)
    }
}

#[test]
fn answers_of_openssl_are_verified() {
    // The responder of openssl has no signature without a digest of its own, as Ed448 is.
    for algorithm in [Algorithm::Secp256r1, Algorithm::Secp521r1] {
        let bench = Bench::new(algorithm);
        for hash in IdHash::ALL {
            let request = Request { ids: vec![bench.id(hash)], nonce: Some(b"0123456789abcdef".to_vec()) };
            let verify = |state| {
                let digest = if algorithm == Algorithm::Secp521r1 { "sha512" } else { "sha256" };
                let response = bench.answer(state, &request, &["-ndays", "1", "-rmd", digest]);
                bench.verify(response, &request, SystemClock.now()).unwrap()
            };
            assert_eq!(verify("V"), Status::Good, "{algorithm} {hash:?}");
            let at = "2026-11-01T00:00:00Z".parse().unwrap();
            assert_eq!(verify("R"), Status::Revoked { at, reason: Some(RevocationReason::KeyCompromise) });
            assert_eq!(verify(""), Status::Unknown);
        }
    }
}

#[test]
fn stale_answers_foreign_signers_and_other_nonces_are_refused() {
    let bench = Bench::new(Algorithm::Secp256r1);
    let request = Request { ids: vec![bench.id(IdHash::Sha1)], nonce: Some(vec![7; 32]) };
    let response = || bench.answer("V", &request, &["-nmin", "30"]);
    let now = SystemClock.now();
    assert_eq!(bench.verify(response(), &request, now), Ok(Status::Good));
    let tomorrow = now + SignedDuration::from_hours(24);
    assert!(matches!(bench.verify(response(), &request, tomorrow), Err(VerifyError::Time { .. })));
    let other = Request { nonce: Some(vec![8; 32]), ..request.clone() };
    assert_eq!(bench.verify(response(), &other, now), Err(VerifyError::Nonce));
    let without = Request { nonce: None, ..request.clone() };
    assert_eq!(bench.verify(bench.answer("V", &without, &["-nmin", "30"]), &request, now), Ok(Status::Good));

    let other = Bench::new(Algorithm::Secp256r1);
    bench.put("responder.pem", fs::read(other.folder.path().join("responder.pem")).unwrap());
    bench.put("responder.key", fs::read(other.folder.path().join("responder.key")).unwrap());
    assert_eq!(bench.verify(response(), &request, now), Err(VerifyError::Signer));
}

#[test]
fn lists_of_openssl_are_verified() {
    for algorithm in [Algorithm::Secp256r1, Algorithm::Secp521r1] {
        let bench = Bench::new(algorithm);
        let other = SoftwareKey::generate(algorithm).unwrap();
        let key = "ca.key";
        // openssl needs the CA's key: one that is made for this, with a certificate of its own.
        bench.put(key, other.to_pkcs8_pem().unwrap().as_str());
        let usage = "keyUsage=critical,keyCertSign,cRLSign";
        bench.openssl(&[
            "req", "-x509", "-key", key, "-subj", "/CN=CA", "-days", "2", "-addext", usage, "-out", "own.pem",
        ]);
        let ca = Certificate::from_pem(&fs::read_to_string(bench.folder.path().join("own.pem")).unwrap()).unwrap();
        let config =
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha512\ncrlnumber=number\ndefault_crl_days=2\n";
        bench.put(
            "ca.cnf",
            if algorithm == Algorithm::Secp256r1 { config.replace("512", "256") } else { config.into() },
        );
        bench.put("index.txt", line("R", bench.leaf.serial()));
        bench.put("number", "1234");
        bench.openssl(&["ca", "-config", "ca.cnf", "-gencrl", "-keyfile", key, "-cert", "own.pem", "-out", "list.pem"]);
        bench.openssl(&["crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der"]);
        let crl = Crl::from_der(&fs::read(bench.folder.path().join("list.der")).unwrap()).unwrap();
        let now = SystemClock.now();
        crl.verify(&ca, now).unwrap();
        assert!(crl.verify(bench.ca.certificate(), now).is_err());
        assert!(crl.verify(&ca, now + SignedDuration::from_hours(72)).is_err());
        let line = crl.find(bench.leaf.serial()).unwrap();
        assert_eq!((line.reason, crl.number()), (Some(RevocationReason::KeyCompromise), Some([0x12, 0x34].as_slice())));
    }
}
