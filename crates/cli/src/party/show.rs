//! `opnc party show`: everything about a party.

use clap::Args;
use opnc_services::parties;

use super::record::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Show a party: what it owns, its clients, and how long their secrets are good
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// Its id, client id or name
    party: String,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc party show 'Car Maker'
  opnc party show car-maker-0123456789ab --output json";

impl Show {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let view = parties::find(&opened.caller, &opened.ecosystem, &self.party).await.map_err(Failure::service)?;
        let record = Record::from(view);
        match self.output {
            Format::Json => output::print_json(&record)?,
            Format::Table => output::print(lines(&record))?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

fn lines(record: &Record) -> String {
    let mut table = Table::of_facts();
    let mut line = |name: &str, value: &str| table.fact(name, value);
    line("name", &record.name);
    line("id", &record.id);
    line("role", &record.role);
    line("status", &record.status);
    line("added", &record.created_at.to_string());
    line("WMIs", &record.wmis.join(", "));
    line("provider ids", &record.provider_ids.join(", "));
    line("operator ids", &record.operator_ids.join(", "));
    line("CPS names", &record.cps_names.join(", "));
    for root in &record.root_fingerprints {
        line("root", root);
    }
    for client in &record.clients {
        line("client id", &client.client_id);
        for secret in &client.secrets {
            let until = secret.ends_at.map(|at| format!(", good until {at}")).unwrap_or_default();
            line("  secret", &format!("made at {}{until}", secret.made_at));
        }
    }
    table.to_string()
}
