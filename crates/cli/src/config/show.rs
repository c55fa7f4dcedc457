//! `opnc config show`: the values that are in force, and where each came from.

use clap::Args;
use opnc_server::config::Setting;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::table::Table;

/// Show every value that is in force, and where it came from
///
/// A value comes from the flag, else from the environment (OPNC_SECTION__KEY), else from the file, else from the default.
/// There are no secrets in a configuration: they lie in files that it names.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    #[command(flatten)]
    config: ConfigArg,

    /// Only what is no default
    #[arg(long)]
    changed: bool,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc config show                 every key
  opnc config show --changed       what somebody has set
  opnc config show --output json";

impl Show {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let mut settings = self.config.load()?.settings();
        if self.changed {
            settings.retain(|setting| setting.from != "default");
        }
        match self.output {
            Format::Json => output::print_json(&settings)?,
            Format::Table => output::print(table(settings).to_string())?,
        }
        Ok(Verdict::Passed)
    }
}

fn table(settings: Vec<Setting>) -> Table {
    let mut table = Table::new(["KEY", "VALUE", "FROM"]);
    for setting in settings {
        table.row([setting.key, setting.value.unwrap_or_else(|| "-".to_owned()), setting.from]);
    }
    table
}
