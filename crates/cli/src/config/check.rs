//! `opnc config check`: every problem of a configuration.

use clap::Args;

use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::{Verdict, output};

/// Check a configuration, and name every problem
///
/// Looks at the configuration alone: keys, values, and what they say together. `opnc doctor` looks at the files, the
/// database and the addresses behind them.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    #[command(flatten)]
    config: ConfigArg,
}

const EXAMPLES: &str = "\
Examples:
  opnc config check                              ./opnc.toml, or what OPNC_CONFIG names
  opnc config check --config /etc/opnc/opnc.toml
  OPNC_SERVER__LISTEN=0.0.0.0:443 opnc config check";

impl Check {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let loaded = self.config.load()?;
        for warning in &loaded.warnings {
            output::warn(warning);
        }
        let name = loaded.file.map_or_else(|| "the configuration".to_owned(), |file| file.display().to_string());
        output::print(format!("{name} can be used\n"))?;
        Ok(Verdict::Passed)
    }
}
