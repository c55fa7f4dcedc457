//! Small secrets that are kept in a database and have to be read again: sealed under a key that is not in it.
//!
//! AES-256-GCM with a random nonce before the ciphertext. What the secret is for is authenticated with it, so that a sealed
//! secret cannot be put in another's place.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::{KeyError, KeyStoreError, hmac_sha256};

/// What separates this use of a key-encryption key from others.
const LABEL: &[u8] = b"opnc sealed secrets 1";

/// The key under which secrets are sealed.
pub(super) struct SealingKey(LessSafeKey);

impl SealingKey {
    /// The one that belongs to a key-encryption key.
    pub(super) fn derived(from: &[u8]) -> Result<Self, KeyError> {
        let key = Zeroizing::new(hmac_sha256(from, LABEL));
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| KeyError::Library("load a key"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// One that nobody else has.
    pub(super) fn random() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(bytes.as_mut_slice()).map_err(|_| KeyError::Library("make a random key"))?;
        Self::derived(bytes.as_slice())
    }

    pub(super) fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        let failed = || KeyError::Library("seal a secret");
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_| failed())?;
        let mut sealed = nonce.to_vec();
        let mut hidden = secret.to_vec();
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name.as_bytes()), &mut hidden)
            .map_err(|_| failed())?;
        sealed.append(&mut hidden);
        sealed.extend(tag.as_ref());
        Ok(sealed)
    }

    pub(super) fn unseal(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        let unreadable = || KeyStoreError::Unreadable {
            id: name.to_owned(),
            reason: "it was sealed under another key-encryption key, or for another purpose".to_owned(),
        };
        let (nonce, hidden) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(unreadable)?;
        let mut hidden = Zeroizing::new(hidden.to_vec());
        let length = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(name.as_bytes()), &mut hidden)
            .map_err(|_| unreadable())?
            .len();
        hidden.truncate(length);
        Ok(hidden)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_back_under_the_same_key_and_name_only() {
        let key = SealingKey::derived(&[1; 32]).unwrap();
        let sealed = key.seal("endpoint a", b"a secret").unwrap();
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert_ne!(sealed, key.seal("endpoint a", b"a secret").unwrap(), "no nonce is used twice");
        let again = SealingKey::derived(&[1; 32]).unwrap();
        assert_eq!(again.unseal("endpoint a", &sealed).unwrap().as_slice(), b"a secret");
        assert!(again.unseal("endpoint b", &sealed).is_err());
        assert!(SealingKey::derived(&[2; 32]).unwrap().unseal("endpoint a", &sealed).is_err());
        for length in 0..sealed.len() {
            assert!(key.unseal("endpoint a", &sealed[..length]).is_err(), "{length}");
        }
        assert_eq!(key.unseal("", &key.seal("", b"").unwrap()).unwrap().as_slice(), b"");
    }
}
