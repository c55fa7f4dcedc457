//! The files that the tests read.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

/// The documents of ISO 15118-2 among the vectors.
pub(crate) const DOCUMENTS: [&str; 4] = [
    "iso2_CertificateInstallationReq",
    "iso2_CertificateInstallationRes",
    "iso2_CertificateUpdateReq",
    "iso2_CertificateUpdateRes",
];

/// A vector of `tests/vectors`, by the name in its INDEX.json.
pub(crate) fn vector(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/vectors/{name}.exi.hex", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    hex::decode(text.trim()).unwrap()
}

/// A real message. Those are not part of the repository: where they are missing, the test says that it was skipped.
pub(crate) fn real(path: &str) -> Option<Vec<u8>> {
    let shared = std::env::var_os("OPNC_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")), PathBuf::from);
    let message = std::fs::read(shared.join("data").join(path)).ok();
    if message.is_none() {
        let line = format!("SKIPPED {path}: no shared data\n");
        print!("{line}");
        if let Some(skips) = std::env::var_os("OPNC_SKIPS") {
            let mut file = OpenOptions::new().create(true).append(true).open(skips).unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
    }
    message
}
