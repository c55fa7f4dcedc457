//! `opnc party rotate-secret`: a new secret, while the old one is good for a time.

use clap::Args;
use opnc_server::config::Period;
use opnc_services::parties;
use serde_json::json;

use crate::Verdict;
use crate::config_arg::{ConfigArg, Opened};
use crate::failure::Failure;
use crate::output::{self, Format};

/// Give a party a new secret; the old one is good until the overlap ends
///
/// The new secret is shown this once. At most two secrets are good at a time: a second rotation ends the first one's old secret.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RotateSecret {
    /// Its id, client id or name
    party: String,

    #[command(flatten)]
    rotation: Rotation,
}

/// How a secret is exchanged for another.
#[derive(Args)]
pub(crate) struct Rotation {
    /// How long the old secret is good too, as 30m, 12h or 7d
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = overlap)]
    overlap: Period,

    /// Make no new secret, but end the old one at once
    #[arg(long, conflicts_with = "overlap")]
    drop_old: bool,

    #[command(flatten)]
    pub(crate) config: ConfigArg,

    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    output: Format,
}

const EXAMPLES: &str = "\
Examples:
  opnc party rotate-secret 'Car Maker' --overlap 7d
  opnc party rotate-secret 'Car Maker' --drop-old      when it has changed over
  opnc party rotate-secret 'Car Maker' --overlap 0s    when the old one is lost or stolen";

/// Two secrets that are good for years are one too many.
fn overlap(text: &str) -> Result<Period, String> {
    let period = Period::parse_text(text)?;
    if period > Period::days(365) { Err("an overlap is 365d at most".to_owned()) } else { Ok(period) }
}

impl RotateSecret {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let opened = self.rotation.config.open().await?;
        self.rotation.run(opened, &self.party).await
    }
}

impl Rotation {
    /// Does it for the client, or the one client of a party, that is meant.
    pub(crate) async fn run(self, opened: Opened, wanted: &str) -> Result<Verdict, Failure> {
        let (caller, ecosystem) = (&opened.caller, &opened.ecosystem);
        if self.drop_old {
            let dropped = parties::drop_old_secrets(caller, ecosystem, wanted).await.map_err(Failure::service)?;
            let text = if dropped { "The old secret is good no longer.\n" } else { "There was no old secret.\n" };
            output::print(text)?;
        } else {
            let prepared = parties::prepare_secret(caller, ecosystem, wanted, self.overlap.get()).await;
            let rotation = prepared.map_err(Failure::service)?;
            let (id, secret, until) = (&rotation.client_id, rotation.client_secret.as_str(), rotation.old_until);
            // Shown first: where nobody can read it, the old one goes on.
            output::print_secret(match self.output {
                Format::Json => output::json(&json!({ "clientId": id, "clientSecret": secret, "oldUntil": until }))?,
                Format::Table => format!(
                    "  client id      {id}\n  client secret  {secret}\n\n\
                     The secret is shown this once. The old one is good until {until:.0}.\n"
                ),
            })?;
            parties::rotate_prepared(caller, ecosystem, &rotation).await.map_err(Failure::void)?;
        }
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
