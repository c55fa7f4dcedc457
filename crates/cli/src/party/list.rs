//! `opnc party list`: who there is.

use clap::Args;
use opnc_services::parties;

use super::record::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List the parties
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigArg,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc party list
  opnc party list --output json
  opnc party list --data opnc-sandbox     the parties of a sandbox";

impl List {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let parties = parties::list(&opened.caller, &opened.ecosystem).await.map_err(Failure::service)?;
        let records: Vec<Record> = parties.into_iter().map(Record::from).collect();
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table => output::print(table(records).to_string())?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

fn table(records: Vec<Record>) -> Table {
    let mut table = Table::new(["NAME", "ROLE", "STATUS", "OWNS", "CLIENT ID"]);
    for record in records {
        let owns = record.owns();
        let clients: Vec<String> = record.clients.into_iter().map(|client| client.client_id).collect();
        table.row([record.name, record.role, record.status, owns, clients.join(", ")]);
    }
    table
}
