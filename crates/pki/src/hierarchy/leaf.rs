//! A leaf with its key and the CAs above it.

use zeroize::Zeroizing;

use crate::certificate::Certificate;
use crate::key::{KeyError, SoftwareKey};

/// An end of a chain, with its private key.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The certificate.
    pub certificate: Certificate,
    /// Sub CA 2, then sub CA 1.
    pub sub_cas: Vec<Certificate>,
    /// The key of the certificate.
    pub key: SoftwareKey,
}

impl Leaf {
    /// The leaf and its sub CAs, leaf first, without the root.
    pub fn chain(&self) -> Vec<Certificate> {
        std::iter::once(&self.certificate).chain(&self.sub_cas).cloned().collect()
    }

    /// The chain in PEM, leaf first.
    pub fn chain_pem(&self) -> String {
        self.chain().iter().map(Certificate::to_pem).collect()
    }

    /// The key in unencrypted PKCS#8 PEM.
    ///
    /// # Errors
    /// [`KeyError::Library`] when the cryptographic library fails.
    pub fn key_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        self.key.to_pkcs8_pem()
    }
}
