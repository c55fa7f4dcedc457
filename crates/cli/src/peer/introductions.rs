//! `opnc peer introductions`: who waits to be a peer, or to be another.

use clap::Args;
use jiff::Timestamp;
use opnc_client::pool::PoolDescription;
use opnc_services::peers::{self, IntroductionView};
use serde::Serialize;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Show the descriptions that wait for you: of new ecosystems, brought here or told by peers, and changes of peers
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Introductions {
    /// Those that were refused as well
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer introductions
  opnc peer introductions --all --output json";

/// An introduction, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    id: String,
    status: &'static str,
    fingerprint: String,
    confirmed: bool,
    told_by: Option<String>,
    change_of: Option<String>,
    changes: Vec<String>,
    members_here: Vec<String>,
    trusted_for: Vec<&'static str>,
    received_at: Timestamp,
    description: PoolDescription,
}

impl From<IntroductionView> for Record {
    fn from(view: IntroductionView) -> Self {
        let (change_of, changes) = view.change.map_or((None, Vec::new()), |(of, changes)| (Some(of), changes));
        Self {
            id: view.row.id.to_string(),
            status: if view.row.refused { "refused" } else { "waits" },
            fingerprint: view.row.key_id,
            confirmed: view.row.confirmed,
            told_by: view.told_by,
            change_of,
            changes,
            members_here: view.members_here,
            trusted_for: view.trusted_for,
            received_at: view.row.received_at,
            description: view.description,
        }
    }
}

impl Introductions {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let all = peers::introductions(&opened.caller, &opened.ecosystem).await.map_err(Failure::service)?;
        opened.ecosystem.store().close().await;
        let records = all.into_iter().filter(|view| self.all || !view.row.refused).map(Record::from);
        match self.output {
            Format::Json => output::print_json(&records.collect::<Vec<_>>())?,
            Format::Table => {
                let mut records = records.peekable();
                if records.peek().is_none() {
                    output::remark("No introduction waits.");
                }
                for record in records {
                    output::print(lines(&record) + "\n")?;
                }
            }
        }
        Ok(Verdict::Passed)
    }
}

fn lines(record: &Record) -> String {
    let mut table = Table::of_facts();
    let mut line = |name: &str, value: &str| table.fact(name, value);
    let described = &record.description;
    line("name", &described.name);
    line("status", record.status);
    line("change of", record.change_of.as_deref().unwrap_or_default());
    record.changes.iter().for_each(|change| line("change", change));
    line("ecosystem", &described.ecosystem);
    line("URL", &described.base_url);
    line("token URL", described.token_url.as_deref().unwrap_or_default());
    line("services", &described.services.join(" "));
    if record.change_of.is_none() {
        let members = &described.members;
        for (role, ids) in
            [("oem", &members.oem), ("emsp", &members.emsp), ("cpo", &members.cpo), ("cps", &members.cps)]
        {
            line(role, &ids.join(" "));
        }
    }
    let shared = |member: &String| line("is a party here", &format!("{member}: accept it with --shared-with-party"));
    record.members_here.iter().for_each(shared);
    if !record.trusted_for.is_empty() {
        let purposes = record.trusted_for.join(", ");
        line(
            "roots would count",
            &format!("for {purposes}, by its name in [trust]: accept it with --trusted-by-policy"),
        );
    }
    line("told by", record.told_by.as_deref().unwrap_or("nobody: brought here"));
    line("fingerprint", &record.fingerprint);
    line("compared", if record.confirmed { "yes" } else { "no: accept it with --fingerprint" });
    line("came", &format!("{:.0}", record.received_at));
    line("good until", &format!("{:.0}", described.expires));
    table.to_string()
}
