//! What openssl says of our certificates and keys.

use std::path::Path;
use std::process::Command;

use crate::run::skipped;

/// Whether there is an openssl to ask; says that the test was skipped otherwise.
pub(crate) fn here(test: &str) -> bool {
    let here = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !here {
        skipped(test, "no openssl");
    }
    here
}

/// Demands that the first certificate of a file leads through the others to this root.
pub(crate) fn verify(root: &Path, chain: &Path) {
    openssl(&["verify", "-x509_strict", "-CAfile", text(root), "-untrusted", text(chain), text(chain)]);
}

/// Demands that a key belongs to the first certificate of a file.
pub(crate) fn same_key(chain: &Path, key: &Path) {
    let certified = openssl(&["x509", "-in", text(chain), "-noout", "-pubkey"]);
    assert_eq!(certified, openssl(&["pkey", "-in", text(key), "-pubout"]), "{}", key.display());
}

/// A field of the first certificate of a file, such as `-fingerprint`, as openssl prints it.
pub(crate) fn field(certificate: &Path, options: &[&str]) -> String {
    let fixed = ["x509", "-in", text(certificate), "-noout"];
    openssl(&fixed.into_iter().chain(options.iter().copied()).collect::<Vec<_>>()).trim().to_owned()
}

/// Runs openssl, which must end well; what it printed.
pub(crate) fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
