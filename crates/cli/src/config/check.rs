//! `opnc config check`: every problem of a configuration.

use clap::Args;
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Check a configuration, and name every problem
///
/// Looks at the configuration alone: keys, values, and what they say together. `opnc doctor` looks at the files, the
/// database and the addresses behind them.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    #[command(flatten)]
    config: ConfigArg,

    /// How to print the outcome
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc config check                              ./opnc.toml, or what OPNC_CONFIG names
  opnc config check --config /etc/opnc/opnc.toml
  opnc config check --output json
  OPNC_SERVER__LISTEN=0.0.0.0:443 opnc config check";

impl Check {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let loaded = match (self.config.load(), self.output) {
            (Ok(loaded), _) => loaded,
            (Err(problem), Format::Json) => {
                let problems: Vec<_> = problem
                    .to_string()
                    .lines()
                    .filter(|line| !line.ends_with("has problems:"))
                    .map(|line| line.trim().to_owned())
                    .collect();
                output::print_json(&json!({ "usable": false, "problems": problems, "warnings": [] }))?;
                return Ok(Verdict::Failed);
            }
            (Err(problem), Format::Table) => return Err(problem),
        };
        if self.output == Format::Json {
            let file = loaded.file.as_ref().map(|file| file.display().to_string());
            let warnings: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
            output::print_json(&json!({ "usable": true, "file": file, "problems": [], "warnings": warnings }))?;
            return Ok(Verdict::Passed);
        }
        for warning in &loaded.warnings {
            output::warn(warning);
        }
        let name = loaded.file.map_or_else(|| "the configuration".to_owned(), |file| file.display().to_string());
        output::print(format!("{name} can be used\n"))?;
        Ok(Verdict::Passed)
    }
}
