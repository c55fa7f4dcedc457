//! `opnc rcp delete`: a root out of the pool.

use clap::Args;
use opnc_messages::ids::RootId;
use opnc_services::rcp;

use super::change;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::Format;

/// Take a root out of the pool
///
/// Nothing new is accepted below it from then on; cars and contracts that are there stay. With rcp.approvals = 2 the change waits
/// until another admin, or another user of this machine, approves it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Delete {
    /// Its SHA-256 fingerprint, or its id in the pool
    #[arg(value_name = "ROOT", value_parser = |text: &str| RootId::parse(&text.replace(':', "")))]
    root: RootId,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc rcp list
  opnc rcp delete 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

impl Delete {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let root = rcp::get(caller, ecosystem, &self.root).await.map_err(Failure::service)?.root_certificate;
        let pending = rcp::delete(caller, ecosystem, &self.root).await.map_err(Failure::service)?;
        ecosystem.store().close().await;
        let fingerprint = root.fingerprint.ok_or_else(|| Failure::ecosystem("a root without a fingerprint"))?;
        let name = root.distinguished_name.unwrap_or_default();
        change::print(self.output, "no longer in the root pool", &name, fingerprint, &[], pending)?;
        Ok(Verdict::Passed)
    }
}
