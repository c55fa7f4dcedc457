//! A key store that forgets everything with the process: for demonstrations and tests.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use zeroize::Zeroizing;

use super::sealing::SealingKey;
use super::store::check_id;
use super::{Algorithm, KeyStore, KeyStoreError, PublicKey, SoftwareKey};

/// Keys in memory, by id.
#[derive(Debug, Default)]
pub struct MemoryKeyStore {
    keys: Mutex<HashMap<String, SoftwareKey>>,
    sealing: OnceLock<SealingKey>,
}

impl MemoryKeyStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts an existing key under `id`.
    ///
    /// # Errors
    /// [`KeyStoreError::AlreadyExists`] and [`KeyStoreError::BadId`].
    pub fn insert(&self, id: &str, key: SoftwareKey) -> Result<(), KeyStoreError> {
        check_id(id)?;
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.contains_key(id) {
            return Err(KeyStoreError::AlreadyExists(id.to_owned()));
        }
        keys.insert(id.to_owned(), key);
        Ok(())
    }

    fn sealing(&self) -> Result<&SealingKey, KeyStoreError> {
        match self.sealing.get() {
            Some(key) => Ok(key),
            None => {
                let key = SealingKey::random()?;
                Ok(self.sealing.get_or_init(|| key))
            }
        }
    }

    fn key(&self, id: &str) -> Result<SoftwareKey, KeyStoreError> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(id).cloned().ok_or_else(|| KeyStoreError::NotFound(id.to_owned()))
    }
}

impl KeyStore for MemoryKeyStore {
    fn generate(&self, id: &str, algorithm: Algorithm) -> Result<PublicKey, KeyStoreError> {
        let key = SoftwareKey::generate(algorithm)?;
        let public = key.public_key().clone();
        self.insert(id, key)?;
        Ok(public)
    }

    fn public_key(&self, id: &str) -> Result<PublicKey, KeyStoreError> {
        Ok(self.key(id)?.public_key().clone())
    }

    fn sign(&self, id: &str, message: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        Ok(self.key(id)?.sign_raw(message)?)
    }

    fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        self.sealing()?.seal(name, secret)
    }

    fn unseal(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        self.sealing()?.unseal(name, sealed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Signer;
    use super::*;

    #[test]
    fn a_stored_key_signs() {
        let store = Arc::new(MemoryKeyStore::new());
        let public = store.generate("cps-1", Algorithm::Secp256r1).unwrap();
        let signer = Signer::stored(store.clone(), "cps-1").unwrap();
        assert_eq!(*signer.public_key(), public);
        assert!(public.verify_raw(b"x", &signer.sign_raw(b"x").unwrap()).is_ok());
        assert!(public.verify_der(b"x", &signer.sign_der(b"x").unwrap()).is_ok());
    }

    #[test]
    fn keys_are_never_replaced_and_ids_are_checked() {
        let store = MemoryKeyStore::new();
        store.generate("a", Algorithm::Secp256r1).unwrap();
        assert!(matches!(store.generate("a", Algorithm::Secp256r1), Err(KeyStoreError::AlreadyExists(_))));
        assert!(matches!(store.sign("b", b""), Err(KeyStoreError::NotFound(_))));
        for id in ["", ".hidden", "../up", "a/b", "ä", &"x".repeat(101)] {
            assert!(matches!(store.generate(id, Algorithm::Secp256r1), Err(KeyStoreError::BadId(_))), "{id}");
        }
    }
}
