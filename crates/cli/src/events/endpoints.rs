//! `opnc events endpoints`: where events go, and how these endpoints fare.

use clap::Args;
use jiff::Timestamp;
use opnc_services::events::log::{self, OwnedEndpoint};
use serde::Serialize;
use uuid::Uuid;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List the endpoints of all parties, with how they fare
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Endpoints {
    #[command(flatten)]
    config: ConfigArg,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc events endpoints
  opnc events endpoints --output json";

/// An endpoint as it is printed: without its secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    id: Uuid,
    party_id: Uuid,
    party: String,
    url: String,
    events: Vec<&'static str>,
    state: &'static str,
    failing_since: Option<Timestamp>,
    parked_at: Option<Timestamp>,
}

impl From<OwnedEndpoint> for Record {
    fn from(owned: OwnedEndpoint) -> Self {
        let endpoint = owned.endpoint;
        let state = match (endpoint.enabled, endpoint.parked_at, endpoint.failing_since) {
            (false, _, _) => "disabled",
            (true, Some(_), _) => "parked",
            (true, None, Some(_)) => "failing",
            (true, None, None) => "well",
        };
        Self {
            id: endpoint.id,
            party_id: endpoint.party_id,
            party: owned.party,
            url: endpoint.url,
            events: endpoint.enabled_events.iter().map(|name| name.as_str()).collect(),
            state,
            failing_since: endpoint.failing_since,
            parked_at: endpoint.parked_at,
        }
    }
}

impl Endpoints {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let found = log::endpoints(&opened.caller, &opened.ecosystem).await.map_err(Failure::service)?;
        let records: Vec<Record> = found.into_iter().map(Record::from).collect();
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table => output::print(table(&records).to_string())?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

fn table(records: &[Record]) -> Table {
    let mut table = Table::new(["ENDPOINT", "PARTY", "STATE", "FAILING SINCE", "EVENTS", "URL"]);
    for record in records {
        table.row([
            record.id.to_string(),
            record.party.clone(),
            record.state.to_owned(),
            record.failing_since.map(|since| format!("{since:.0}")).unwrap_or_default(),
            record.events.len().to_string(),
            record.url.clone(),
        ]);
    }
    table
}
