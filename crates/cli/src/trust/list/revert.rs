//! `opnc trust list revert`: takes back what applying a list has changed last.

use clap::Args;
use opnc_services::trust::lists;
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Take back what applying a trust list has changed last
///
/// Every root is what it was before, in the pool or not. Refused when somebody has changed one of them since.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Revert {
    #[command(flatten)]
    config: ConfigArg,

    /// The list
    name: String,

    /// How to print the roots
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust list revert EU";

impl Revert {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let reverted = lists::revert(&opened.caller, &opened.ecosystem, &self.name).await;
        opened.ecosystem.store().close().await;
        let reverted = reverted.map_err(Failure::service)?;
        match self.output {
            Format::Json => output::print_json(&json!({ "reverted": reverted }))?,
            Format::Table => output::print(format!("{} roots are what they were\n", reverted.len()))?,
        }
        Ok(Verdict::Passed)
    }
}
