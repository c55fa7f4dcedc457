//! What signs certificates and contract data: a key in memory or a key in a store, told apart only here.

use std::fmt;
use std::sync::Arc;

use super::signature_form::for_certificate;
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

    /// Signs; the result is in the form that [`PublicKey::verify_raw`] reads.
    ///
    /// # Errors
    /// What the key store or the cryptographic library says.
    pub fn sign_raw(&self, message: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        match &self.backend {
            Backend::Software(key) => Ok(key.sign_raw(message)?),
            Backend::Stored { store, id } => store.sign(id, message),
        }
    }

    /// Signs; the result is in the form of certificates, which [`PublicKey::verify_der`] reads.
    ///
    /// # Errors
    /// As [`Signer::sign_raw`].
    pub fn sign_der(&self, message: &[u8]) -> Result<Vec<u8>, KeyStoreError> {
        Ok(for_certificate(self.public.algorithm(), &self.sign_raw(message)?).into_owned())
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
