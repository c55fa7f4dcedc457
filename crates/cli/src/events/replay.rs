//! `opnc events replay`: deliveries once more.

use clap::Args;
use opnc_services::events::log;

use super::filter::FilterArg;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Have deliveries made once more: of an event, to an endpoint or party, or of a time span
///
/// Each event keeps its id, so that receivers can tell that they have it already; those about one contract keep their order.
/// What waits for its next try is tried at once. A process that serves the ecosystem sends them. Only what was on its way to
/// an endpoint before can be: an endpoint that was added later never hears of what was before it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Replay {
    #[command(flatten)]
    config: ConfigArg,

    #[command(flatten)]
    filter: FilterArg,
}

const EXAMPLES: &str = "\
Examples:
  opnc events replay --event 019a0c0a-0000-7000-8000-000000000001
  opnc events replay --endpoint 019a0c0a-0000-7000-8000-000000000002 --state given-up
  opnc events replay --party 019a0c0a-0000-7000-8000-000000000003 --since 2026-11-01T00:00:00Z --until 2026-11-02T00:00:00Z";

impl Replay {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let replayed = log::replay(&opened.caller, &opened.ecosystem, &self.filter.filter()).await;
        let text = match replayed.map_err(Failure::service)? {
            0 => "Nothing to send once more: no delivery is of that kind.\n".to_owned(),
            1 => "1 delivery is made once more.\n".to_owned(),
            number => format!("{number} deliveries are made once more.\n"),
        };
        output::print(text)?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
