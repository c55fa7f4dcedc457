//! `opnc trust list show`: the lists that were imported.

use clap::Args;
use opnc_pki::{Clock, SystemClock};
use opnc_services::trust::lists::{self, Imported};
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Show the trust lists that were imported
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    #[command(flatten)]
    config: ConfigArg,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust list show
  opnc trust list show --output json";

impl Show {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let lists = lists::all(&opened.caller, &opened.ecosystem).await;
        opened.ecosystem.store().close().await;
        print(&lists.map_err(Failure::service)?, self.output)?;
        Ok(Verdict::Passed)
    }
}

/// Prints lists, each in a line, or with all their roots.
pub(super) fn print(lists: &[Imported], format: Format) -> Result<(), Failure> {
    let now = SystemClock.now();
    for Imported { row, .. } in lists.iter().filter(|list| list.counts_after_its_end(now)) {
        output::warn(format!(
            "the list {:?} ended on {:.0} and what it has marked goes on counting: import its successor and apply it, or revert it",
            row.name, row.expires
        ));
    }
    if format == Format::Json {
        let record = |imported: &Imported| {
            let row = &imported.row;
            json!({
                "name": row.name, "format": row.format, "version": row.version, "issuer": row.issuer,
                "issued": row.issued, "expires": row.expires, "importedAt": row.imported_at,
                "importedBy": row.imported_by, "marks": imported.marks, "ended": now >= row.expires,
                "roots": imported.list.roots,
            })
        };
        return output::print_json(&lists.iter().map(record).collect::<Vec<_>>());
    }
    let mut table = Table::new(["NAME", "VERSION", "ROOTS", "MARKS", "EXPIRES", "ISSUER"]);
    for Imported { row, list, marks } in lists {
        table.row([
            row.name.clone(),
            row.version.to_string(),
            list.roots.len().to_string(),
            marks.to_string(),
            format!("{:.0}", row.expires),
            row.issuer.clone(),
        ]);
    }
    output::print(table.to_string())
}
