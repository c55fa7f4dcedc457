//! Our secret at a peer: from a file or the standard input, never from the command line, where others can see it.

use clap::Args;
use opnc_services::peers::OwnCredentials;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::input::Input;

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
}

impl Own {
    /// The credentials, when there are any.
    ///
    /// # Errors
    /// When the secret cannot be read, or is none.
    pub(super) fn read(self) -> Result<Option<OwnCredentials>, Failure> {
        let (Some(client_id), Some(file)) = (self.client_id, self.client_secret_file) else { return Ok(None) };
        let bytes = Zeroizing::new(file.read()?);
        let text = std::str::from_utf8(&bytes).map_err(|_| file.problem("is no text"))?.trim();
        if text.is_empty() || text.len() > 4096 || text.contains(char::is_control) {
            return Err(file.problem("is no client secret: one line of text is expected"));
        }
        Ok(Some(OwnCredentials {
            client_id,
            client_secret: Zeroizing::new(text.to_owned()),
            token_url: self.token_url,
        }))
    }
}
