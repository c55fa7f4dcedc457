//! TLS: certificate and key from files, read again while connections go on, and client certificates as they come.
//!
//! Any client certificate is taken in the handshake, whose signature proves that the caller has its key. What it is
//! worth is decided at each request: so that a party learns in words why its certificate is refused, so that a removed one
//! is out at once, and because enrolment takes certificates that are no credentials of a party.

mod any_client;
mod error;
mod files;
mod party_ca;
mod peer;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::{TlsConfig, TlsVersion};
use any_client::AnyClient;
pub use error::TlsError;
pub(crate) use party_ca::PartyCa;
pub(crate) use peer::PeerCertificates;

/// What is offered in the handshake (RFC 7301), the best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// HTTP/2 over TLS (RFC 9113, 3.2).
pub(crate) const HTTP_2: &[u8] = PROTOCOLS[0];

/// TLS of one listener, with what its files said when they were read last.
#[derive(Debug)]
pub(crate) struct Tls {
    config: TlsConfig,
    current: ArcSwap<Current>,
}

#[derive(Debug)]
struct Current {
    server: Arc<ServerConfig>,
    party_ca: Option<Arc<PartyCa>>,
}

impl Tls {
    /// Reads the files.
    pub(crate) fn load(config: TlsConfig) -> Result<Self, TlsError> {
        let current = ArcSwap::from_pointee(read(&config)?);
        Ok(Self { config, current })
    }

    /// Reads the files again; connections that are open go on as they began. When a file is bad, nothing changes.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        self.current.store(Arc::new(read(&self.config)?));
        Ok(())
    }

    /// The PKI of the parties, where there is one.
    pub(crate) fn party_ca(&self) -> Option<Arc<PartyCa>> {
        self.current.load().party_ca.clone()
    }

    /// The server's side of a handshake.
    pub(crate) async fn accept<S>(&self, stream: S) -> std::io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let acceptor = TlsAcceptor::from(Arc::clone(&self.current.load().server));
        acceptor.accept(stream).await
    }

    /// How long a handshake may take.
    pub(crate) fn handshake_timeout(&self) -> Duration {
        self.config.handshake_timeout
    }
}

/// Reads the files as a listener does: whether they can be used, and belong together.
///
/// # Errors
/// [`TlsError`] with the file and what is wrong with it.
pub fn check_tls(config: &TlsConfig) -> Result<(), TlsError> {
    read(config).map(drop)
}

fn read(config: &TlsConfig) -> Result<Current, TlsError> {
    let provider = Arc::new(default_provider());
    let versions: &[_] = match config.min_version {
        TlsVersion::V1_2 => &[&rustls::version::TLS13, &rustls::version::TLS12],
        TlsVersion::V1_3 => &[&rustls::version::TLS13],
    };
    let chain = files::certificates(&config.certificate_file)?;
    let key = files::key(&config.key_file)?;
    let party_ca = config.client_ca_file.as_deref().map(PartyCa::load).transpose()?;
    let unusable = |source| TlsError::Unusable { file: config.certificate_file.clone(), source };
    let mut server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .map_err(unusable)?
        .with_client_cert_verifier(Arc::new(AnyClient::new(&provider)))
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    server.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(Current { server: Arc::new(server), party_ca: party_ca.map(Arc::new) })
}
