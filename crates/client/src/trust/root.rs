//! A root as bundles and trust lists carry it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_pki::chain::Purpose;
use serde::{Deserialize, Serialize};

use super::TrustError;

/// A root, and what it is trusted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustedRoot {
    /// SHA-256 of its DER, in hexadecimal digits.
    pub fingerprint: Fingerprint,
    /// Its DER in base64.
    pub certificate: String,
    /// What it is the anchor of.
    pub types: Vec<RootType>,
    /// The trust lists that know it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trust_lists: Vec<String>,
    /// In bundles, the names of the purposes it is trusted for: fewer than its types allow, where a policy says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
}

impl TrustedRoot {
    /// One of this certificate.
    pub fn new(der: &[u8], fingerprint: Fingerprint, types: Vec<RootType>) -> Self {
        let certificate = BASE64_STANDARD.encode(der);
        Self { fingerprint, certificate, types, trust_lists: Vec::new(), purposes: Vec::new() }
    }

    /// The certificate.
    ///
    /// # Errors
    /// [`TrustError::Root`] when it cannot be read, or is not the one of the fingerprint.
    pub fn read(&self) -> Result<Certificate, TrustError> {
        let refused = |problem: String| TrustError::Root { fingerprint: self.fingerprint, problem };
        let der = BASE64_STANDARD.decode(&self.certificate).map_err(|error| refused(error.to_string()))?;
        let certificate = Certificate::from_der(&der).map_err(|error| refused(error.to_string()))?;
        if certificate.fingerprint() != self.fingerprint {
            return Err(refused(format!("its certificate has the fingerprint {}", certificate.fingerprint())));
        }
        if self.types.is_empty() {
            return Err(refused("it has no type".to_owned()));
        }
        Ok(certificate)
    }

    /// Whether it is trusted for this.
    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.purposes.iter().any(|name| name == purpose.as_str())
    }
}
