//! `opnc events resume`: a parked endpoint is tried again.

use clap::Args;
use opnc_services::events::log;
use uuid::Uuid;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Send again to an endpoint that was parked, because everything had failed there for too long
///
/// What waited for it is sent, in order. When it fails on, it is parked again after events.park_after.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Resume {
    #[command(flatten)]
    config: ConfigArg,

    /// Its id
    #[arg(value_name = "UUID")]
    endpoint: Uuid,
}

const EXAMPLES: &str = "\
Examples:
  opnc events endpoints
  opnc events resume 019a0c0a-0000-7000-8000-000000000002";

impl Resume {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let resumed = log::resume(&opened.caller, &opened.ecosystem, self.endpoint).await.map_err(Failure::service)?;
        let state = if resumed.was_held_up { "Resumed." } else { "It was not parked." };
        output::print(format!("{state} Deliveries that wait for it: {}.\n", resumed.waiting))?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
