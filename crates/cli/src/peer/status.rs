//! `opnc peer disable`, `enable` and `remove`.

use clap::Args;
use opnc_services::peers;
use opnc_store::parties::PartyStatus;

use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::{Verdict, output};

/// Ask a peer nothing and answer it nothing, within five seconds; its roots count no more, all else that is known of it stays
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc peer disable Europe")]
pub(crate) struct Disable {
    /// Its name, id or client id
    peer: String,

    #[command(flatten)]
    config: ConfigArg,
}

/// Ask and answer a disabled peer again
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc peer enable Europe")]
pub(crate) struct Enable {
    /// Its name, id or client id
    peer: String,

    #[command(flatten)]
    config: ConfigArg,
}

/// Forget a peer, with its credentials, members, webhooks and roots
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc peer remove Europe")]
pub(crate) struct Remove {
    /// Its name, id or client id
    peer: String,

    #[command(flatten)]
    config: ConfigArg,
}

impl Disable {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        set(self.config, &self.peer, PartyStatus::Disabled).await
    }
}

impl Enable {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        set(self.config, &self.peer, PartyStatus::Active).await
    }
}

impl Remove {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        peers::remove(&opened.caller, &opened.ecosystem, &self.peer).await.map_err(Failure::service)?;
        output::print(format!("{} is removed.\n", self.peer))?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

async fn set(config: ConfigArg, peer: &str, status: PartyStatus) -> Result<Verdict, Failure> {
    let opened = config.open().await?;
    let changed = peers::set_status(&opened.caller, &opened.ecosystem, peer, status).await;
    let verb = if changed.map_err(Failure::service)? { "is" } else { "was already" };
    output::print(format!("{peer} {verb} {}.\n", status.as_str()))?;
    opened.ecosystem.store().close().await;
    Ok(Verdict::Passed)
}
