//! The one interface to keys that authorities and the Certificate Provisioning Service hold.
//!
//! A real trait, because hardware modules will stand behind it; so it knows neither scalars nor files.

use zeroize::Zeroizing;

use super::{Algorithm, KeyStoreError, PublicKey};

/// Holds private keys by name, and signs with them.
pub trait KeyStore: Send + Sync {
    /// Makes a new key under `id`.
    ///
    /// # Errors
    /// [`KeyStoreError::AlreadyExists`], [`KeyStoreError::BadId`], or a failure of the store.
    fn generate(&self, id: &str, algorithm: Algorithm) -> Result<PublicKey, KeyStoreError>;

    /// The public half of the key `id`.
    ///
    /// # Errors
    /// [`KeyStoreError::NotFound`], [`KeyStoreError::Unreadable`], or a failure of the store.
    fn public_key(&self, id: &str) -> Result<PublicKey, KeyStoreError>;

    /// Signs `message` with the key `id`; the result is `r || s` at full width, or the 114 bytes of Ed448.
    ///
    /// # Errors
    /// [`KeyStoreError::NotFound`], [`KeyStoreError::Unreadable`], or a failure of the store.
    fn sign(&self, id: &str, message: &[u8]) -> Result<Vec<u8>, KeyStoreError>;

    /// Encrypts a small secret that is kept elsewhere. `name` says what it is for, and is needed again to read it.
    ///
    /// # Errors
    /// A failure of the store.
    fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, KeyStoreError>;

    /// Reads what [`seal`](Self::seal) has made for the same `name`.
    ///
    /// # Errors
    /// [`KeyStoreError::Unreadable`] for anything else.
    fn unseal(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError>;
}

/// Refuses ids that could not be a file name everywhere.
pub(super) fn check_id(id: &str) -> Result<(), KeyStoreError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.is_empty() || id.len() > 100 || id.starts_with('.') || !id.chars().all(allowed) {
        return Err(KeyStoreError::BadId(id.to_owned()));
    }
    Ok(())
}
