//! `opnc peer sync`: what peers have in their pools of roots, and whom they tell of, now.

use clap::Args;
use opnc_services::peers;
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Read the roots of peers now, and whom they tell of, which a server does each hour (federation.sync_every)
///
/// Roots are kept apart from your own roots, and count for nothing until [trust] names the peer:
/// contract = ["peer:Europe"]. A root that the peer has no longer goes; roots of your own pool are never touched.
/// Ecosystems that a peer tells of wait for your approval: `opnc peer introductions`.
/// Exits with 1 when a peer could not be read.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sync {
    /// Its name, id or client id [default: every peer that can be asked]
    peer: Option<String>,

    #[command(flatten)]
    config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc peer sync
  opnc peer sync Europe
  opnc rcp list      the roots of all, with their origin";

impl Sync {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let synced = peers::sync(&opened.caller, &opened.ecosystem, self.peer.as_deref()).await;
        let synced = synced.map_err(Failure::service)?;
        opened.ecosystem.store().close().await;
        match self.output {
            Format::Json => {
                let records = synced.iter().map(|one| {
                    json!({
                        "peer": one.peer, "isRead": one.is_read, "roots": one.roots, "added": one.added,
                        "changed": one.changed, "removed": one.removed, "introduced": one.introduced,
                        "problems": one.problems,
                    })
                });
                output::print_json(&records.collect::<Vec<_>>())?;
            }
            Format::Table => {
                let mut table = Table::new(["PEER", "READ", "ROOTS", "NEW", "CHANGED", "GONE", "INTRODUCED"]);
                for one in &synced {
                    let read = if one.is_read { "yes" } else { "no" };
                    let numbers = [one.roots, one.added, one.changed, one.removed, one.introduced]
                        .map(|number| number.to_string());
                    let [roots, added, changed, removed, introduced] = numbers;
                    table.row([one.peer.clone(), read.to_owned(), roots, added, changed, removed, introduced]);
                }
                output::print(table.to_string())?;
                for one in &synced {
                    one.problems.iter().for_each(|problem| output::warn(format!("{}: {problem}", one.peer)));
                }
            }
        }
        Ok(if synced.iter().all(|one| one.is_read) { Verdict::Passed } else { Verdict::Failed })
    }
}
