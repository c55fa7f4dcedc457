//! `opnc rcp list`: the roots that are trusted.

use clap::Args;
use opnc_services::rcp::{self, RootQuery};

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// List the roots that are trusted
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
  opnc rcp list
  opnc rcp list --output json";

impl List {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let roots = rcp::list(&opened.caller, &opened.ecosystem, RootQuery::default()).await;
        let roots = roots.map_err(Failure::ecosystem)?.root_certificate_collection;
        opened.ecosystem.store().close().await;
        match self.output {
            Format::Json => output::print_json(&roots)?,
            Format::Table => {
                let mut table = Table::new(["NAME", "TYPES", "VALID TO", "FINGERPRINT"]);
                for root in roots {
                    let types: Vec<&str> = root.root_types.iter().map(|one| one.as_str()).collect();
                    table.row([
                        root.common_name.unwrap_or_default(),
                        types.join(", "),
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
