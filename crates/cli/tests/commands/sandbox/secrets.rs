//! Who may read what a sandbox leaves in its directory.

use super::process::Sandbox;
use crate::run::{files_below, mode};

/// Certificates, and what cars say to everybody.
const PUBLIC: [&str; 5] = ["chain.pem", "root.pem", "installation-req.exi", "installation-req.json", "sandbox.lock"];

#[test]
fn only_the_owner_can_read_what_is_secret() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(directory.path(), &[]);
    let client_secret = sandbox.announced()["parties"][0]["clientSecret"].as_str().unwrap().to_owned();
    let files = files_below(directory.path());
    for secret in
        ["key-encryption-key", "pseudonym-key", "state.json", "sandbox.json", "opnc.sqlite", "opnc.sqlite-wal"]
    {
        assert!(files.contains(secret), "{secret} in {files:?}");
    }
    for name in files {
        let path = directory.path().join(&name);
        let content = std::fs::read(&path).unwrap();
        if name.starts_with("roots/") || PUBLIC.contains(&name.rsplit('/').next().unwrap()) {
            for secret in ["PRIVATE KEY", client_secret.as_str()] {
                assert!(!content.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} in {name}");
            }
        } else {
            assert_eq!(mode(&path), 0o600, "{name}");
        }
    }
}
