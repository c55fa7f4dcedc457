//! `opnc events show`: an event, and what became of it at each endpoint.

use clap::Args;
use jiff::Timestamp;
use opnc_messages::event::EventKind;
use opnc_services::events::log;
use serde::Serialize;
use uuid::Uuid;

use super::record::{Record, table};
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Show an event and its deliveries
///
/// What it is about is left out: that stands in what receivers got.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    #[command(flatten)]
    config: ConfigArg,

    /// Its id: eventId in what receivers got
    #[arg(value_name = "UUID")]
    event: Uuid,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc events show 019a0c0a-0000-7000-8000-000000000001
  opnc events show 019a0c0a-0000-7000-8000-000000000001 --output json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    event_id: Uuid,
    kind: String,
    occurred_at: Timestamp,
    trace_id: Uuid,
    deliveries: Vec<Record>,
}

impl Show {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let found = log::show(&opened.caller, &opened.ecosystem, self.event).await;
        let (event, deliveries) = found.map_err(Failure::service)?;
        let shown = Shown {
            event_id: event.id,
            kind: EventKind::parse(&event.kind).map_or(event.kind, |kind| kind.canonical().to_string()),
            occurred_at: event.created_at,
            trace_id: event.trace_id,
            deliveries: deliveries.into_iter().map(Record::from).collect(),
        };
        match self.output {
            Format::Json => output::print_json(&shown)?,
            Format::Table => output::print(format!(
                "{} at {:.0}, caused by the request {}\n\n{}",
                shown.kind,
                shown.occurred_at,
                shown.trace_id,
                table(&shown.deliveries)
            ))?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
