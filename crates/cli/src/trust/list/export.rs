//! `opnc trust list export`: our own list, signed.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use opnc_services::trust::lists::{self, Exported};

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Write the roots of the pool as a signed trust list, for other ecosystems
///
/// They need a key of 'opnc trust keys' by another way.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    #[command(flatten)]
    config: ConfigArg,

    /// The list's name
    name: String,

    /// Only roots of the pool that are on this trust list
    #[arg(long, value_name = "NAME")]
    trust_list: Option<String>,

    /// The file to write; without it, the standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust list export 'Open V2G' --out open-v2g.jws
  opnc trust list export 'Open V2G, Europe' --trust-list EU";

impl Export {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let exported = lists::export(&opened.caller, &opened.ecosystem, &self.name, self.trust_list.as_deref()).await;
        opened.ecosystem.store().close().await;
        let Exported { text, roots, not_on_it } = exported.map_err(Failure::service)?;
        if not_on_it > 0 {
            output::warn(format!(
                "{not_on_it} of these {roots} roots are not on the list {name:?} of the pool; --trust-list {name:?} takes those \
                 that are",
                name = self.name
            ));
        }
        match &self.out {
            Some(file) => fs::write(file, text).map_err(|error| Failure::write(file, error))?,
            None => output::print(format!("{text}\n"))?,
        }
        Ok(Verdict::Passed)
    }
}
