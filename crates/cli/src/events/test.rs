//! `opnc events test`: a delivery on demand.

use clap::Args;
use opnc_services::events::endpoints;
use uuid::Uuid;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Send a test event to an endpoint, to see whether its receiver works
///
/// It is signed and sent like any other event, under the name endpoint.test, by a process that serves the ecosystem; `opnc
/// events show` tells what came of it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Test {
    #[command(flatten)]
    config: ConfigArg,

    /// Its id
    #[arg(value_name = "UUID")]
    endpoint: Uuid,
}

const EXAMPLES: &str = "\
Examples:
  opnc events endpoints
  opnc events test 019a0c0a-0000-7000-8000-000000000002";

impl Test {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let event = endpoints::test(&opened.caller, &opened.ecosystem, self.endpoint).await;
        let event = event.map_err(Failure::service)?;
        output::print(format!("Under way. What came of it: opnc events show {event}\n"))?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
