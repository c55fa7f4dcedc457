//! What signs certificates and contract data: a key in memory or a key in a store, told apart only here.

use std::fmt;
use std::sync::Arc;

use super::ecdsa_signature::raw_to_der;
use super::{KeyStore, KeyStoreError, PublicKey, SoftwareKey};

/// A private key that can be asked to sign. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    public: PublicKey,
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Software(SoftwareKey),
    Stored { store: Arc<dyn KeyStore>, id: Arc<str> },
}

impl Signer {
    /// Signs with the key `id` of `store`.
    ///
    /// # Errors
    /// What [`KeyStore::public_key`] says, above all that there is no such key.
    pub fn stored(store: Arc<dyn KeyStore>, id: &str) -> Result<Self, KeyStoreError> {
        let public = store.public_key(id)?;
        Ok(Self { public, backend: Backend::Stored { store, id: id.into() } })
    }

    /// The public half of the key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs; the result is `r || s` at full width.
    ///
    /// # Errors
    /// What the key store or the cryptographic library says.
    pub fn sign_raw(&self, message: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        match &self.backend {
            Backend::Software(key) => Ok(key.sign_raw(message)?),
            Backend::Stored { store, id } => store.sign(id, message),
        }
    }

    /// Signs; the result is a DER `SEQUENCE` of two integers, as certificates carry it.
    ///
    /// # Errors
    /// As [`Signer::sign_raw`].
    pub fn sign_der(&self, message: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        Ok(raw_to_der(&self.sign_raw(message)?))
    }
}

impl From<SoftwareKey> for Signer {
    fn from(key: SoftwareKey) -> Self {
        Self { public: key.public_key().clone(), backend: Backend::Software(key) }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({:?})", self.public)
    }
}
