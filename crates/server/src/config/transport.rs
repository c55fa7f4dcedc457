//! TLS of one listener.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a listener speaks TLS. Its files are read again by [`Running::reload`](crate::Running::reload).
#[derive(Debug, Clone)]
pub struct TlsConfig {
    /// The server's certificate and what leads to its root, in PEM, the leaf first.
    pub certificate_file: PathBuf,
    /// The key of the certificate, in PEM (PKCS#8, SEC1 or PKCS#1).
    pub key_file: PathBuf,
    /// The oldest version that is spoken.
    pub min_version: TlsVersion,
    /// The CA certificates of the operator's own PKI for parties, in PEM. A client certificate below one of them, with a
    /// client id as its common name, is a credential of that client.
    pub client_ca_file: Option<PathBuf>,
    /// How long a handshake may take.
    pub handshake_timeout: Duration,
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246), for callers that cannot do better.
    #[serde(rename = "1.2")]
    V1_2,
    /// TLS 1.3 (RFC 8446).
    #[default]
    #[serde(rename = "1.3")]
    V1_3,
}

impl TlsConfig {
    /// TLS 1.3 with a certificate and its key, and no CA for parties.
    pub fn new(certificate_file: impl Into<PathBuf>, key_file: impl Into<PathBuf>) -> Self {
        Self {
            certificate_file: certificate_file.into(),
            key_file: key_file.into(),
            min_version: TlsVersion::default(),
            client_ca_file: None,
            handshake_timeout: Duration::from_secs(10),
        }
    }
}
