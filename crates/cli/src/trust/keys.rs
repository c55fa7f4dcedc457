//! `opnc trust keys`: the keys that sign what is said about trust, and how one follows another.

use clap::Args;
use opnc_services::signed_document;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output;

/// Show the keys that verify signed bundles and trust lists, or replace the key
///
/// Readers pin a key. To replace it without visiting them, announce the next one, wait until every reader has fetched a bundle
/// (which names it), then switch.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Keys {
    #[command(flatten)]
    config: ConfigArg,

    /// Make the next key, and name it in everything that is signed from now on
    #[arg(long, conflicts_with = "switch")]
    announce: bool,

    /// Sign with the announced key from now on
    #[arg(long)]
    switch: bool,
}

const EXAMPLES: &str = "\
Examples:
  opnc trust keys > keys.json
  opnc trust keys --announce
  opnc trust keys --switch";

impl Keys {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        let keys = match (self.announce, self.switch) {
            (true, _) => signed_document::announce(caller, ecosystem).await,
            (_, true) => signed_document::switch(caller, ecosystem).await,
            _ => signed_document::keys(ecosystem).await,
        };
        ecosystem.store().close().await;
        output::print_json(&keys.map_err(Failure::service)?.to_jwks())?;
        Ok(Verdict::Passed)
    }
}
