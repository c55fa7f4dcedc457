//! Where the material lies, and what every test needs of it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use opnc_exi::iso2::{self, Body, CertificateInstallationRes, Message};
use opnc_pki::Certificate;
use opnc_pki::contract::iso2::{Check, Report};
use opnc_pki::key::{Algorithm, SoftwareKey};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exi/tests/vectors")
}

/// A message of the vectors, by its file name without `.exi.hex`.
pub(crate) fn vector(name: &str) -> Message {
    let path = vectors().join(format!("{name}.exi.hex"));
    let text = std::fs::read_to_string(&path).unwrap();
    iso2::decode(&hex::decode(text.trim()).unwrap()).unwrap()
}

/// A certificate of the vectors' secp256r1 PKI.
pub(crate) fn certificate(name: &str) -> Certificate {
    let der = std::fs::read(vectors().join(format!("pki/p256/{name}.der"))).unwrap();
    Certificate::from_der(&der).unwrap()
}

/// The private key that belongs to [`certificate`] of that name.
pub(crate) fn key(name: &str) -> SoftwareKey {
    let text = std::fs::read_to_string(vectors().join("pki/test-keys.json")).unwrap();
    let keys: serde_json::Value = serde_json::from_str(&text).unwrap();
    let scalar = keys[format!("p256/{name}")]["scalar"].as_str().unwrap();
    SoftwareKey::from_scalar(Algorithm::Secp256r1, &hex::decode(scalar).unwrap()).unwrap()
}

/// The data of other organisations, which are not part of the repository; says that the test is skipped without them.
pub(crate) fn shared(test: &str, path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("OPNC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let found = root.join(path);
    if !found.exists() {
        let line = format!("SKIPPED {test}: no shared data\n");
        print!("{line}");
        if let Some(skips) = std::env::var_os("OPNC_SKIPS") {
            let mut file = OpenOptions::new().create(true).append(true).open(skips).unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
        return None;
    }
    Some(found)
}

pub(crate) fn response(message: &Message) -> &CertificateInstallationRes {
    match &message.body {
        Body::CertificateInstallationRes(response) => response,
        other => panic!("not a response: {other:?}"),
    }
}

pub(crate) fn response_mut(message: &mut Message) -> &mut CertificateInstallationRes {
    match &mut message.body {
        Body::CertificateInstallationRes(response) => response,
        other => panic!("not a response: {other:?}"),
    }
}

/// The checks that failed.
pub(crate) fn failed(report: &Report) -> Vec<Check> {
    report.failures().map(|(check, _)| check).collect()
}
