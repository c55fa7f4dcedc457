//! `[tls]`: TLS of the public listener.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Period, Section, TlsConfig, TlsVersion};

/// TLS of the public listener; without a certificate it speaks plain HTTP.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsSection {
    /// The server's certificate and what leads to its root, in PEM, the leaf first.
    pub certificate_file: Option<PathBuf>,
    /// The key of the certificate, in PEM, not encrypted.
    pub key_file: Option<PathBuf>,
    /// The oldest version that is spoken: `"1.3"` or `"1.2"`.
    pub min_version: TlsVersion,
    /// The CA certificates of the operator's own PKI for parties, in PEM. A client certificate below one of them, with a
    /// client id as its common name, is a credential of that client.
    pub client_ca_file: Option<PathBuf>,
    /// How long a handshake may take.
    pub handshake_timeout: Period,
}

impl Default for TlsSection {
    fn default() -> Self {
        Self {
            certificate_file: None,
            key_file: None,
            min_version: TlsVersion::default(),
            client_ca_file: None,
            handshake_timeout: Period::seconds(10),
        }
    }
}

impl Section for TlsSection {
    fn resolve(&mut self, folder: &Path) {
        for file in [&mut self.certificate_file, &mut self.key_file, &mut self.client_ca_file].into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }

    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        match (&self.certificate_file, &self.key_file) {
            (Some(_), None) => problems.push(("key_file", "a certificate_file needs its key_file".to_owned())),
            (None, Some(_)) => problems.push(("certificate_file", "a key_file needs its certificate_file".to_owned())),
            (None, None) => {
                let unused = "without a certificate_file there is no TLS: this would have no effect";
                if self.client_ca_file.is_some() {
                    problems.push(("client_ca_file", unused.to_owned()));
                }
                if self.min_version != TlsVersion::default() {
                    problems.push(("min_version", unused.to_owned()));
                }
            }
            (Some(_), Some(_)) => {}
        }
        let timeout = self.handshake_timeout.outside(Period::seconds(1), Period::seconds(600));
        problems.extend(timeout.map(|problem| ("handshake_timeout", problem)));
        problems
    }
}

impl TlsSection {
    /// What the listener needs; `None` for plain HTTP.
    pub(super) fn serving(&self) -> Option<TlsConfig> {
        let tls = TlsConfig::new(self.certificate_file.as_ref()?, self.key_file.as_ref()?);
        Some(TlsConfig {
            min_version: self.min_version,
            client_ca_file: self.client_ca_file.clone(),
            handshake_timeout: self.handshake_timeout.get(),
            ..tls
        })
    }
}
