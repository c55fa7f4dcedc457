//! `opnc rcp list`: the roots of our pool, and those of peers.

use clap::Args;
use opnc_messages::RootType;
use opnc_messages::rcp::RootCertificate;
use opnc_services::rcp::{self, Listed};
use serde::Serialize;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List the roots: those of your pool, which are trusted, and those that peers have
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigArg,

    /// Only roots of this type: V2G, eMSP, OEM or PE
    #[arg(long = "type", value_name = "TYPE", value_parser = super::add::root_type)]
    root_type: Option<RootType>,

    /// Only roots of your pool on this trust list, 'European CTL' for example
    #[arg(long, value_name = "NAME")]
    trust_list: Option<String>,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc rcp list
  opnc rcp list --type OEM
  opnc rcp list --trust-list 'European CTL' --output json";

impl List {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let listed =
            rcp::everything(&opened.caller, &opened.ecosystem, self.root_type, self.trust_list.as_deref()).await;
        opened.ecosystem.store().close().await;
        let listed = listed.map_err(Failure::service)?;
        match self.output {
            Format::Json => output::print_json(&listed.into_iter().map(Record::from).collect::<Vec<_>>())?,
            Format::Table => {
                let mut table = Table::new(["NAME", "TYPES", "TRUST LISTS", "ORIGIN", "VALID TO", "FINGERPRINT"]);
                for Listed { root, origin, trust_lists, trusted_for } in listed {
                    let types: Vec<&str> = root.root_types.iter().map(|one| one.as_str()).collect();
                    table.row([
                        root.common_name.unwrap_or_default(),
                        types.join(", "),
                        trust_lists.join(", "),
                        of(&origin, &trusted_for),
                        root.valid_to.map(|time| format!("{time:.0}")).unwrap_or_default(),
                        root.fingerprint.map(|print| print.to_string()).unwrap_or_default(),
                    ]);
                }
                output::print(table.to_string())?;
            }
        }
        Ok(Verdict::Passed)
    }
}

/// A root, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(flatten)]
    root: RootCertificate,
    /// The peers that have it; empty for a root of our own pool.
    peers: Vec<String>,
    /// All of them: `rootCtlList` has only those that OPNC names.
    trust_lists: Vec<String>,
    trusted_for: Vec<&'static str>,
}

impl From<Listed> for Record {
    fn from(Listed { root, origin, trust_lists, trusted_for }: Listed) -> Self {
        Self { root, peers: origin, trust_lists, trusted_for }
    }
}

/// Where a root is from: our own pool, or peers, and whether those count.
fn of(peers: &[String], trusted_for: &[&str]) -> String {
    match (peers, trusted_for) {
        ([], _) => "own".to_owned(),
        (peers, []) => format!("{} (not trusted)", peers.join(", ")),
        (peers, purposes) => format!("{} (for {})", peers.join(", "), purposes.join(", ")),
    }
}
