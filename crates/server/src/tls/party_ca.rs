//! The PKI of the parties: whether a client certificate lies below one of its CAs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;

use super::{PeerCertificates, TlsError, files};

/// The CAs whose certificates identify parties.
#[derive(Debug)]
pub(crate) struct PartyCa {
    verifier: Arc<dyn ClientCertVerifier>,
}

impl PartyCa {
    /// Reads the CA certificates.
    pub(super) fn load(file: &Path) -> Result<Self, TlsError> {
        let wrong = |problem: String| TlsError::Content { file: file.to_owned(), problem };
        let mut roots = RootCertStore::empty();
        for certificate in files::certificates(file)? {
            roots
                .add(certificate)
                .map_err(|error| wrong(format!("a certificate cannot be a trust anchor: {error}")))?;
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()))
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self { verifier })
    }

    /// Whether the certificate is one of a client, below one of the CAs, at this time; else why not.
    pub(crate) fn verify(&self, peer: &PeerCertificates, now: Timestamp) -> Result<(), rustls::Error> {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now.as_second().max(0).unsigned_abs()));
        let above: Vec<_> = peer.above().iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        self.verifier.verify_client_cert(&CertificateDer::from(peer.leaf()), &above, now).map(drop)
    }
}
