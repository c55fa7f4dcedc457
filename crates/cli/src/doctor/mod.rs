//! `opnc doctor`: whether all is well with an ecosystem, and what to do where it is not.

mod authorities;
mod checks;
mod disk;
mod files;
mod lists;
mod network;
mod peers;
mod period;
mod report;

use clap::Args;

use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::Format;
use crate::{Verdict, runtime};
use report::Report;

/// Look whether all is well: configuration, files, disk, database, keys, certificates, addresses
///
/// A line for each check: ok, warn, or FAIL with what to do. It changes nothing, and may be asked while the service runs.
/// Exits with 1 when a check failed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    #[command(flatten)]
    config: ConfigArg,

    /// Warn of certificates that end within so many days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    days: u32,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc doctor
  opnc doctor --config /etc/opnc/opnc.toml --days 60
  opnc doctor --output json";

impl Doctor {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(self.examine())
    }

    async fn examine(self) -> Result<Verdict, Failure> {
        let mut report = Report::default();
        match self.config.load() {
            Err(failure) => report.fail("configuration", failure, self.to_do()),
            Ok(loaded) => {
                report.ok("configuration", "can be read");
                for warning in &loaded.warnings {
                    report.warn("configuration", warning, "correct it, or take it away");
                }
                let config = loaded.config;
                files::examine(&config, &mut report);
                disk::examine(&config, &mut report);
                if checks::database(&config, &mut report).await {
                    checks::ecosystem(&config, &mut report, self.days).await;
                }
                network::status(&config, &mut report);
                network::tls(&config, &mut report, self.days);
                network::addresses(&config, &mut report).await;
            }
        }
        report.print(self.output)
    }

    /// What to do where there is no configuration, or none that can be read.
    fn to_do(&self) -> &'static str {
        if self.config.sources().file.is_some_and(|file| !file.exists()) {
            "name it with --config (a sandbox's folder with --data), or let `opnc init` make one"
        } else {
            "correct it; `opnc config check` looks at it alone"
        }
    }
}
