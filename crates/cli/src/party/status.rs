//! `opnc party disable` and `enable`: whether a party may act.

use clap::Args;
use opnc_services::parties;
use opnc_store::parties::PartyStatus;

use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::{Verdict, output};

/// Let a party act no longer: within five seconds its tokens are refused everywhere; its data stay
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc party disable 'Car Maker'")]
pub(crate) struct Disable {
    /// Its id, client id or name
    party: String,

    #[command(flatten)]
    config: ConfigArg,
}

/// Let a disabled party act again, with the credentials it had
#[derive(Args)]
#[command(after_help = "Examples:\n  opnc party enable 'Car Maker'")]
pub(crate) struct Enable {
    /// Its id, client id or name
    party: String,

    #[command(flatten)]
    config: ConfigArg,
}

impl Disable {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        set(self.config, &self.party, PartyStatus::Disabled).await
    }
}

impl Enable {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        set(self.config, &self.party, PartyStatus::Active).await
    }
}

async fn set(config: ConfigArg, party: &str, status: PartyStatus) -> Result<Verdict, Failure> {
    let opened = config.open().await?;
    let changed = parties::set_status(&opened.caller, &opened.ecosystem, party, status).await;
    let verb = if changed.map_err(Failure::service)? { "is" } else { "was already" };
    output::print(format!("{party} {verb} {}.\n", status.as_str()))?;
    opened.ecosystem.store().close().await;
    Ok(Verdict::Passed)
}
