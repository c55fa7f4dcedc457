//! `opnc peer show`: everything about a peer, but for secrets.

use clap::Args;
use opnc_services::peers;

use super::record::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Show a peer: where it is, how it is asked, and for whom it may ask
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// Its name, id or client id
    peer: String,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer show Europe
  opnc peer show Europe --output json";

impl Show {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let view = peers::find(&opened.caller, &opened.ecosystem, &self.peer).await.map_err(Failure::service)?;
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
    let trusted = record.trusted_for.join(", ");
    let mut table = Table::of_facts();
    let mut line = |name: &str, value: &str| table.fact(name, value);
    line("name", &record.name);
    line("id", &record.id);
    line("status", &record.status);
    line("URL", &record.base_url);
    line("token URL", record.token_url.as_deref().unwrap_or_default());
    let none = if record.is_asked { "none: the certificate alone" } else { "none: it is not asked" };
    line("our client id there", record.own_client_id.as_deref().unwrap_or(none));
    if let Some(own) = &record.client_certificate {
        line("our certificate there", &format!("{}, until {:.0}", own.fingerprint, own.valid_to));
    }
    line("its client id here", &record.client_ids.join(", "));
    line("services", &record.services.join(", "));
    line("members", &record.members.join(", "));
    line("unnamed, it has roles", &record.speaks_as.join(", "));
    line("broadcast", &record.broadcast.to_string());
    line("time-out", &format!("{} ms", record.timeout_ms));
    line("calls at a time", &record.calls.to_string());
    line("roots read", &record.roots_read_at.map_or_else(|| "never".to_owned(), |at| format!("{at:.0}")));
    line("roots trusted for", if record.trusted_for.is_empty() { "nothing" } else { &trusted });
    for root in &record.roots {
        line("root", &format!("{} ({}) {}", root.common_name, root.types.join(", "), root.fingerprint));
    }
    record.problems.iter().for_each(|problem| line("problem", problem));
    line("added", &record.created_at.to_string());
    line("changed", &record.updated_at.to_string());
    table.to_string()
}
