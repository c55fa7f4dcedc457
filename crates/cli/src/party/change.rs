//! `opnc party change`: what a party owns.

use clap::Args;
use opnc_services::parties;

use super::identifier::{Identifier, owned};
use crate::config_arg::ConfigArg;
use crate::failure::Failure;
use crate::{Verdict, output};

/// Give a party identifiers, or take them away
///
/// Kinds are wmi, provider-id, operator-id, cps-name and root; the last one takes a SHA-256 fingerprint or a file.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Change {
    /// Its id, client id or name
    party: String,

    /// What it owns from now on
    #[arg(long, value_name = "KIND=VALUE", value_parser = Identifier::parse, required_unless_present = "remove")]
    add: Vec<Identifier>,

    /// What it owns no longer
    #[arg(long, value_name = "KIND=VALUE", value_parser = Identifier::parse)]
    remove: Vec<Identifier>,

    #[command(flatten)]
    config: ConfigArg,
}

const EXAMPLES: &str = "\
Examples:
  opnc party change 'Car Maker' --add wmi=TRU
  opnc party change 'Charging Ltd.' --remove operator-id=DECHG --add operator-id=DECHA
  opnc party change 'Signing AG' --add root=root.pem --add 'cps-name=Signing AG CPS'";

impl Change {
    pub(super) async fn run(self) -> Result<Verdict, Failure> {
        let (add, remove) = (owned(&self.add)?, owned(&self.remove)?);
        let opened = self.config.open().await?;
        let changed = parties::change(&opened.caller, &opened.ecosystem, &self.party, add, remove).await;
        changed.map_err(Failure::service)?;
        output::print(format!("{} is changed.\n", self.party))?;
        opened.ecosystem.store().close().await;
        Ok(Verdict::Passed)
    }
}
