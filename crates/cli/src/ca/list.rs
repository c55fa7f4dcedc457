//! `opnc ca list`: what was issued.

use clap::{Args, value_parser};
use opnc_services::ca;
use opnc_store::issued_certificates::Filter;

use super::record::Record;
use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List the certificates that the CAs have issued, in the order of issuing
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigArg,

    /// Those of this EVSE ID, EMAID, PCID or name, in any spelling
    #[arg(long, value_name = "ID")]
    subject: Option<String>,

    /// Those of this kind, as the list shows it: "SECC certificate"
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Those that are revoked
    #[arg(long, conflicts_with = "good")]
    revoked: bool,

    /// Those that are not revoked
    #[arg(long)]
    good: bool,

    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    limit: u32,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc ca list
  opnc ca list --subject 'DE*BBB*E1' --good
  opnc ca list --revoked --output json
  opnc ca list --data opnc-sandbox        those of a sandbox";

impl List {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let filter = Filter {
            profile: self.profile,
            subject_key: self.subject.as_deref().map(ca::subject_key),
            revoked: (self.revoked || self.good).then_some(self.revoked),
            ..Filter::default()
        };
        let issued = ca::issued(&opened.caller, &opened.ecosystem, &filter, None, self.limit);
        let records: Vec<Record> = issued.await.map_err(Failure::service)?.iter().map(Record::from).collect();
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table => output::print(table(records).to_string())?,
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}

fn table(records: Vec<Record>) -> Table {
    let mut table = Table::new(["SUBJECT", "KIND", "ISO 15118", "VALID UNTIL", "STATUS", "FINGERPRINT"]);
    for record in records {
        let status = record.reason.map_or_else(|| record.status.to_owned(), |reason| format!("revoked: {reason}"));
        let iso = format!("-{}", record.iso15118);
        table.row([record.subject, record.profile, iso, record.not_after, status, record.fingerprint.to_string()]);
    }
    table
}
