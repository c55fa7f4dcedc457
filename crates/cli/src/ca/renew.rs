//! `opnc ca renew`: new certificates for the signers of contract data.

use clap::Args;
use opnc_services::bootstrap::{self, Which};
use serde_json::json;

use crate::Verdict;
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::output::{self, Format, print};

/// Give the CPS a new key and certificate, before the old one ends
///
/// The service does this by itself when two thirds of a signer's life are over; this is for an ecosystem that nobody serves,
/// and, with --now, for a key that may have leaked (revoke its certificate as well). The old certificate is kept and not
/// revoked, so contracts that it signed are good until it ends. A service that runs needs no restart.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Renew {
    #[command(flatten)]
    config: ConfigArg,

    /// Those too that have time, and those that were revoked
    #[arg(long)]
    now: bool,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc ca renew                 what is due
  opnc ca renew --now           all of them, at once
  opnc ca renew --output json";

impl Renew {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.config.open().await?;
        let which = if self.now { Which::All } else { Which::Due };
        let renewed = bootstrap::renew(&opened.caller, &opened.ecosystem, which).await.map_err(Failure::service)?;
        opened.ecosystem.store().close().await;
        let records: Vec<_> = renewed
            .iter()
            .map(|one| {
                json!({
                    "subject": one.new.subject().to_string(),
                    "fingerprint": one.new.fingerprint(),
                    "notAfter": one.new.not_after(),
                    "replaces": one.old.fingerprint(),
                })
            })
            .collect();
        match self.output {
            Format::Json => output::print_json(&records)?,
            Format::Table if renewed.is_empty() => print("No signer is due; --now renews them all the same.\n")?,
            Format::Table => {
                for one in &renewed {
                    let (subject, until, fingerprint) = (one.new.subject(), one.new.not_after(), one.new.fingerprint());
                    print(format!("{subject}: signs until {until}\n  SHA-256 {fingerprint}\n"))?;
                }
            }
        }
        Ok(Verdict::Passed)
    }
}
