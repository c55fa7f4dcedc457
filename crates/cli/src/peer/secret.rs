//! What we show at a peer: from files or the standard input, never from the command line, where others can see it.

use clap::Args;
use opnc_pki::certificate::Outline;
use opnc_services::peers::{OwnCertificate, OwnCredentials};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::input::Input;

/// The most bytes of a file with certificates or a key.
const LONGEST: usize = 64 * 1024;

/// What we authenticate with at the peer, as its operator has given it to us.
#[derive(Args, Debug)]
pub(super) struct Own {
    /// Our client id there; without it, it can ask us, and is not asked
    #[arg(long, value_name = "ID", requires = "client_secret_file")]
    client_id: Option<String>,

    /// The file with our client secret there; - is the standard input
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_secret_file: Option<Input>,

    /// Where it issues tokens, when that is not /oauth2/token below its base URL
    #[arg(long, value_name = "URL", requires = "client_id")]
    token_url: Option<String>,

    #[command(flatten)]
    certificate: ClientCertificate,
}

/// A certificate for servers of the peer that ask for one (mutual TLS), for tokens and calls alike.
#[derive(Args, Debug)]
struct ClientCertificate {
    /// The file with the certificate that we show there (PEM, ours first); with it alone, no token is fetched
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_certificate: Option<Input>,

    /// The file with its private key (PEM, not encrypted); it is kept sealed
    #[arg(long, value_name = "FILE", requires = "client_certificate")]
    client_key: Option<Input>,
}

impl Own {
    /// The credentials and the certificate, when there are any.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what it should be.
    pub(super) fn read(self) -> Result<(Option<OwnCredentials>, Option<OwnCertificate>), Failure> {
        let certificate = self.certificate.read()?;
        let (Some(client_id), Some(file)) = (self.client_id, self.client_secret_file) else {
            return Ok((None, certificate));
        };
        let bytes = Zeroizing::new(file.read()?);
        let text = std::str::from_utf8(&bytes).map_err(|_| file.problem("is no text"))?.trim();
        if text.is_empty() || text.len() > 4096 || text.contains(char::is_control) {
            return Err(file.problem("is no client secret: one line of text is expected"));
        }
        let client_secret = Zeroizing::new(text.to_owned());
        Ok((Some(OwnCredentials { client_id, client_secret, token_url: self.token_url }), certificate))
    }
}

impl ClientCertificate {
    fn read(self) -> Result<Option<OwnCertificate>, Failure> {
        let (Some(chain), Some(key)) = (self.client_certificate, self.client_key) else { return Ok(None) };
        let text = |file: &Input| {
            let bytes = Zeroizing::new(file.read()?);
            if bytes.len() > LONGEST {
                return Err(file.problem(format!("is longer than {LONGEST} bytes")));
            }
            let text = std::str::from_utf8(&bytes).map_err(|_| file.problem("is no PEM"))?;
            Ok(Zeroizing::new(text.to_owned()))
        };
        let chain_text = text(&chain)?;
        if let Err(error) = Outline::from_pem(&chain_text) {
            return Err(chain.problem(error));
        }
        Ok(Some(OwnCertificate { chain: chain_text.to_string(), key: text(&key)? }))
    }
}
