//! `opnc rcp pending`: changes of the root pool that wait for a second admin.

use clap::Args;
use jiff::Timestamp;
use opnc_pki::Certificate;
use opnc_services::approvals::{self, ChangeStatus, RootChange};
use serde::Serialize;
use uuid::Uuid;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List the changes of the root pool that wait for another admin
///
/// Compare the fingerprint with the one that you got from the root's owner by another way before you approve.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Pending {
    #[command(flatten)]
    config: ConfigArg,

    /// Those too that were decided about, or that ended
    #[arg(long)]
    all: bool,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc rcp pending
  opnc rcp pending --all --output json";

/// A change as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    id: Uuid,
    change: &'static str,
    status: &'static str,
    common_name: Option<String>,
    types: Vec<&'static str>,
    fingerprint: String,
    requested_by: String,
    requested_at: Timestamp,
    expires_at: Timestamp,
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
}

impl From<RootChange> for Record {
    fn from(change: RootChange) -> Self {
        let root = change.root;
        let certificate = Certificate::from_der(&root.der).ok();
        Self {
            id: root.id,
            change: change.kind.as_str(),
            status: change.status.as_str(),
            common_name: certificate.and_then(|certificate| certificate.common_name().map(str::to_owned)),
            types: root.types.iter().map(|one| one.as_str()).collect(),
            fingerprint: root.fingerprint.to_string(),
            requested_by: change.requested_by,
            requested_at: root.created_at,
            expires_at: change.expires_at,
            decided_by: change.decided_by,
            decided_at: change.decided_at,
        }
    }
}

impl Record {
    /// What is to happen, in a line.
    pub(super) fn sentence(&self) -> String {
        let verb = if self.change == "put" { "added to, or changed in," } else { "deleted from" };
        let name = self.common_name.as_deref().unwrap_or("without a name");
        format!("the root {name} ({}) {verb} the pool", self.fingerprint)
    }
}

impl Pending {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let changes = approvals::list(&opened.caller, &opened.ecosystem).await.map_err(Failure::ecosystem)?;
        opened.ecosystem.store().close().await;
        let shown = |change: &RootChange| self.all || change.status == ChangeStatus::Pending;
        let records: Vec<Record> = changes.into_iter().filter(shown).map(Record::from).collect();
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table => output::print(table(records).to_string())?,
        }
        Ok(Verdict::Passed)
    }
}

fn table(records: Vec<Record>) -> Table {
    let mut table = Table::new(["ID", "CHANGE", "STATUS", "NAME", "TYPES", "FINGERPRINT", "ASKED BY", "UNTIL"]);
    for record in records {
        table.row([
            record.id.to_string(),
            record.change.to_owned(),
            record.status.to_owned(),
            record.common_name.unwrap_or_default(),
            record.types.join(", "),
            record.fingerprint,
            record.requested_by,
            format!("{:.0}", record.expires_at),
        ]);
    }
    table
}
