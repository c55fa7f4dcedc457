//! The arguments by which a question finds who answers it: the ecosystem on this machine, or a service.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use opnc_client::{Access, Client, ClientError};
use opnc_pki::SystemClock;

use crate::config_arg::{ConfigArg, Opened};
use crate::failure::Failure;

/// Who answers.
#[derive(Args, Debug, Clone)]
pub(super) struct Place {
    #[command(flatten)]
    config: ConfigArg,

    /// Ask the service at this URL, in the place of the ecosystem on this machine
    #[arg(long, value_name = "URL", conflicts_with_all = ["config", "data"], requires = "client_id")]
    url: Option<String>,

    /// The client id of the party that asks
    #[arg(long, value_name = "ID", requires = "url")]
    client_id: Option<String>,

    /// The file with the client secret
    #[arg(long, value_name = "FILE", requires = "url")]
    secret_file: Option<PathBuf>,
}

/// Who answers.
pub(super) enum Asked {
    /// The ecosystem on this machine.
    Here(Box<Opened>),
    /// A service.
    There(Box<Client>),
}

/// A question that a service did not answer, with its address.
pub(super) fn unanswered(place: &Place, error: &ClientError) -> Failure {
    Failure::ecosystem(format!("{}: {error}", place.url.as_deref().unwrap_or_default()))
}

impl Place {
    /// Opens it.
    ///
    /// # Errors
    /// When the ecosystem cannot be used, or the secret cannot be read.
    pub(super) async fn open(&self) -> Result<Asked, Failure> {
        let (Some(url), Some(id)) = (&self.url, &self.client_id) else {
            return Ok(Asked::Here(Box::new(self.config.open().await?)));
        };
        let Some(file) = &self.secret_file else {
            return Err(Failure::Ecosystem("--url needs --secret-file beside --client-id".to_owned()));
        };
        let secret = std::fs::read_to_string(file)
            .map_err(|source| Failure::Read { name: file.display().to_string(), source })?;
        let access = Access::credentials(id, secret.trim());
        let client = Client::new(url, access, Arc::new(SystemClock)).map_err(Failure::ecosystem)?;
        Ok(Asked::There(Box::new(client)))
    }
}
