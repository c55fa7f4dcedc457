//! `opnc events list`: the log of deliveries.

use clap::Args;
use opnc_services::events::log;
use uuid::Uuid;

use super::filter::FilterArg;
use super::record::{Record, table};
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// List deliveries, the newest first: state, tries, the last answer, the next try
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigArg,

    #[command(flatten)]
    filter: FilterArg,

    /// Deliveries older than this one: the last of the page before
    #[arg(long, value_name = "UUID")]
    before: Option<Uuid>,

    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc events list
  opnc events list --state waiting          what has not arrived yet, and when it is tried next
  opnc events list --state given-up --since 2026-11-01T00:00:00Z
  opnc events list --output json            with the ids of deliveries, for --before";

impl List {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let filter = self.filter.filter();
        let found = log::list(&opened.caller, &opened.ecosystem, &filter, self.before, self.limit).await;
        let records: Vec<Record> = found.map_err(Failure::service)?.into_iter().map(Record::from).collect();
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table => output::print(table(&records).to_string())?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
