//! Names for EMAIDs and PCIDs that may stand in logs and audit rows: keyed hashes.

use opnc_pki::key::hmac_sha256;

/// Makes keyed hashes of personal identifiers.
///
/// The same identifier has the same pseudonym for as long as the key lives, so that an operator can follow a record;
/// without the key nobody can find the identifier by trying.
pub struct Pseudonyms {
    key: [u8; 32],
    plain: bool,
}

impl Pseudonyms {
    /// Pseudonyms under `key`; `plain` switches the hashing off (for debugging, by the operator's choice).
    pub fn new(key: [u8; 32], plain: bool) -> Self {
        Self { key, plain }
    }

    /// The pseudonym of an identifier in normal form: the first 16 bytes of HMAC-SHA-256, in hex.
    pub fn of(&self, identifier: &str) -> String {
        if self.plain {
            return identifier.to_owned();
        }
        let mut name = hex::encode(hmac_sha256(&self.key, identifier.as_bytes()));
        name.truncate(32);
        name
    }
}

impl Pseudonyms {
    /// A word that only this key makes, and that is nobody's pseudonym; never plain.
    pub(crate) fn mark(&self) -> String {
        hex::encode(hmac_sha256(&self.key, b"the mark of the ecosystem with this key"))
    }
}

impl Drop for Pseudonyms {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.key);
    }
}
