//! Who answers on an address of this machine: this program, or another one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// No service should take longer to answer on its own machine.
const PATIENCE: Duration = Duration::from_secs(5);
/// What is asked for is shorter.
const LONGEST: u64 = 16 * 1024;

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// This program.
    Us,
    /// Something else.
    Another,
    /// Nobody, though the address is taken.
    Nobody,
}

/// Asks a listener of this program what it is. With `tls`, whatever its certificate says: nothing is told to it, and what
/// is asked is no secret.
pub async fn probe(address: SocketAddr, tls: bool) -> Answers {
    let asked = tokio::time::timeout(PATIENCE, async {
        let stream = TcpStream::connect(address).await?;
        if !tls {
            return ask(stream, address).await;
        }
        let connector = TlsConnector::from(Arc::new(client().map_err(std::io::Error::other)?));
        ask(connector.connect(ServerName::IpAddress(address.ip().into()), stream).await?, address).await
    });
    match asked.await {
        Ok(Ok(answer)) if is_ours(&answer) => Answers::Us,
        // It speaks something else.
        Ok(_) => Answers::Another,
        Err(_) => Answers::Nobody,
    }
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, address: SocketAddr) -> std::io::Result<String> {
    let request = format!("GET /livez HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // Who ends TLS without a word has said what it had to say all the same.
    let _ = stream.take(LONGEST).read_to_end(&mut answer).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The status listener has no health, and says so in its own words.
fn is_ours(answer: &str) -> bool {
    answer.contains(r#""status":"alive""#) || answer.contains("of the status listener.")
}

fn client() -> Result<ClientConfig, Error> {
    let provider = Arc::new(default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(Anybody { algorithms })).with_no_client_auth())
}

/// Believes every certificate: who answers is what is asked.
#[derive(Debug)]
struct Anybody {
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
