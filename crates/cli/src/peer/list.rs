//! `opnc peer list`: which ecosystems are known.

use clap::Args;
use opnc_services::peers;

use super::record::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List the peers
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
  opnc peer list
  opnc peer list --output json";

impl List {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let all = peers::list(&opened.caller, &opened.ecosystem).await.map_err(Failure::service)?;
        let records: Vec<Record> = all.into_iter().map(Record::from).collect();
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table => output::print(table(records).to_string())?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

fn table(records: Vec<Record>) -> Table {
    let mut table = Table::new(["NAME", "STATUS", "ASKED", "ROOTS", "URL", "MEMBERS"]);
    for record in records {
        let asked = if record.is_asked { record.services.join(" ") } else { "no".to_owned() };
        let roots = match (record.roots.len(), record.trusted_for.as_slice()) {
            (0, []) => "none".to_owned(),
            (number, []) => format!("{number}, not trusted"),
            (number, purposes) => format!("{number} for {}", purposes.join(", ")),
        };
        table.row([record.name, record.status, asked, roots, record.base_url, record.members.join(" ")]);
    }
    table
}
