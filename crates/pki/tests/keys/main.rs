//! Every key operation against openssl, in both directions.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use opnc_pki::key::{
    Algorithm, BadSignature, FileKeyStore, KeyEncryptionKey, KeyStore, MemoryKeyStore, PublicKey, Signer, SoftwareKey,
};
use tempfile::TempDir;

/// A folder for what goes to openssl and comes back.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, contents).unwrap();
        path
    }

    /// Runs openssl in the folder; its standard output when it succeeds.
    fn openssl(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap();
        if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
    }

    /// A key that openssl makes, in `theirs.pem`, as we read it.
    fn generate(&self, algorithm: Algorithm) -> SoftwareKey {
        let kind: &[&str] = match algorithm {
            Algorithm::Secp256r1 => &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            Algorithm::Secp521r1 => &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
            Algorithm::Ed448 => &["-algorithm", "ED448"],
        };
        self.openssl(&[&["genpkey", "-out", "theirs.pem"], kind].concat()).unwrap();
        SoftwareKey::from_pkcs8_pem(&fs::read_to_string(self.path("theirs.pem")).unwrap()).unwrap()
    }
}

/// How `pkeyutl` is told to sign or verify whole messages.
fn raw(algorithm: Algorithm) -> &'static [&'static str] {
    match algorithm {
        Algorithm::Secp256r1 => &["-rawin", "-digest", "sha256"],
        Algorithm::Secp521r1 => &["-rawin", "-digest", "sha512"],
        Algorithm::Ed448 => &["-rawin"],
    }
}

#[test]
fn openssl_reads_our_keys_and_we_read_its_keys() {
    let bench = Bench::new();
    for algorithm in Algorithm::ALL {
        let ours = SoftwareKey::generate(algorithm).unwrap();
        bench.put("ours.pem", ours.to_pkcs8_pem().unwrap().as_bytes());
        let public = bench.openssl(&["pkey", "-in", "ours.pem", "-pubout", "-outform", "DER"]).unwrap();
        assert_eq!(public, ours.public_key().to_spki(), "{algorithm}");
        let private = bench.openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", "ours.pem", "-outform", "DER"]).unwrap();
        assert_eq!(SoftwareKey::from_pkcs8_der(&private).unwrap().scalar().unwrap(), ours.scalar().unwrap());

        let theirs = bench.generate(algorithm);
        let public = bench.openssl(&["pkey", "-in", "theirs.pem", "-pubout", "-outform", "DER"]).unwrap();
        assert_eq!(PublicKey::from_spki(&public).unwrap(), *theirs.public_key());
        assert_eq!(theirs.public_key().to_spki(), public);
        assert_eq!(theirs.public_key().algorithm(), algorithm);
    }
}

#[test]
fn signatures_hold_in_both_directions() {
    let bench = Bench::new();
    for algorithm in Algorithm::ALL {
        for message in [&b""[..], b"message", &[0xa5; 5000]] {
            let key = bench.generate(algorithm);
            bench.put("message", message);
            bench.put("public.der", key.public_key().to_spki());
            let verify = ["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "public.der"];
            let verify = [&verify, raw(algorithm), &["-in", "message", "-sigfile", "signature"]].concat();
            bench.put("signature", key.sign_der(message).unwrap());
            // The empty input is one that `pkeyutl` of openssl 3.0 cannot take.
            if !message.is_empty() {
                bench.openssl(&verify).unwrap();
                let sign = [&["pkeyutl", "-sign", "-inkey", "theirs.pem"], raw(algorithm)].concat();
                let signature = bench.openssl(&[&sign[..], &["-in", "message"]].concat()).unwrap();
                assert_eq!(key.public_key().verify_der(message, &signature), Ok(()), "{algorithm}");
                assert_eq!(key.public_key().verify_der(b"another", &signature), Err(BadSignature));
                bench.put("message", b"another");
                assert!(bench.openssl(&verify).is_err());
            }
        }
    }
}

/// Ed448 has no random part: two right implementations make the same bytes.
#[test]
fn ed448_makes_the_very_signature_of_openssl_and_of_the_rfc() {
    let bench = Bench::new();
    let key = bench.generate(Algorithm::Ed448);
    bench.put("message", b"message");
    let theirs = bench.openssl(&["pkeyutl", "-sign", "-inkey", "theirs.pem", "-rawin", "-in", "message"]).unwrap();
    assert_eq!(key.sign_raw(b"message").unwrap(), theirs);

    // RFC 8032, 7.4, "1 octet".
    let secret = "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e";
    let public = "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480";
    let signature = concat!(
        "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cb",
        "cee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00"
    );
    let key = SoftwareKey::from_scalar(Algorithm::Ed448, &hex::decode(secret).unwrap()).unwrap();
    assert_eq!(hex::encode(key.public_key().point()), public);
    assert_eq!(hex::encode(key.sign_raw(&[3]).unwrap()), signature);
}

#[test]
fn shared_secrets_are_those_of_openssl() {
    let bench = Bench::new();
    for algorithm in [Algorithm::Secp256r1, Algorithm::Secp521r1] {
        for _ in 0..10 {
            let (ours, theirs) = (SoftwareKey::generate(algorithm).unwrap(), bench.generate(algorithm));
            bench.put("public.der", ours.public_key().to_spki());
            let derive = ["pkeyutl", "-derive", "-inkey", "theirs.pem", "-peerkey", "public.der", "-peerform", "DER"];
            let secret = bench.openssl(&derive).unwrap();
            assert_eq!(*ours.agree(theirs.public_key()).unwrap(), secret, "{algorithm}");
        }
    }
}

#[test]
fn stores_hold_keys_of_every_kind() {
    let bench = Bench::new();
    for algorithm in Algorithm::ALL {
        let id = algorithm.as_str();
        let memory = MemoryKeyStore::new();
        signs(&memory, id, &memory.generate(id, algorithm).unwrap());

        let open = |folder: &Path| FileKeyStore::open(folder, KeyEncryptionKey::new([7; 32])).unwrap();
        let public = open(bench.0.path()).generate(id, algorithm).unwrap();
        signs(&open(bench.0.path()), id, &public);
        let password = format!("pass:{}", hex::encode([7; 32]));
        let file = format!("{id}.pem");
        let read = bench.openssl(&["pkey", "-pubout", "-outform", "DER", "-in", &file, "-passin", &password]).unwrap();
        assert_eq!(read, public.to_spki());

        // A key file that openssl wrote, under the same key-encryption key.
        let theirs = bench.generate(algorithm);
        let file = format!("{id}-theirs.pem");
        bench.openssl(&["pkcs8", "-topk8", "-in", "theirs.pem", "-out", &file, "-passout", &password]).unwrap();
        signs(&open(bench.0.path()), &format!("{id}-theirs"), theirs.public_key());
    }
}

fn signs(store: &dyn KeyStore, id: &str, public: &PublicKey) {
    assert_eq!(store.public_key(id).unwrap(), *public);
    assert_eq!(public.verify_raw(b"message", &store.sign(id, b"message").unwrap()), Ok(()));
}

#[test]
fn a_stored_key_signs_for_certificates_too() {
    for algorithm in Algorithm::ALL {
        let store = std::sync::Arc::new(MemoryKeyStore::new());
        let public = store.generate("ca", algorithm).unwrap();
        let signer = Signer::stored(store, "ca").unwrap();
        assert_eq!(public.verify_der(b"message", &signer.sign_der(b"message").unwrap()), Ok(()));
        assert_eq!(public.verify_raw(b"message", &signer.sign_raw(b"message").unwrap()), Ok(()));
    }
}
