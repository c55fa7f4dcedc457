//! `opnc party`: who may act in the ecosystem, and with what.
//!
//! A server that runs reads its parties again after five seconds at most: that is how long a change takes.

mod add;
mod certificate;
mod change;
mod identifier;
mod list;
mod record;
mod rotate;
mod show;
mod status;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Verdict, runtime};

pub(crate) use add::secret_lines;
pub(crate) use identifier::fingerprint;
pub(crate) use rotate::Rotation;

/// Add, show and change the parties of an ecosystem; a server that runs follows within five seconds
#[derive(Subcommand)]
pub(crate) enum PartyVerb {
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    Change(change::Change),
    Disable(status::Disable),
    Enable(status::Enable),
    RotateSecret(rotate::RotateSecret),
    Certificate(certificate::Certificate),
}

impl PartyVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(list) => list.run().await,
                Self::Show(show) => show.run().await,
                Self::Change(change) => change.run().await,
                Self::Disable(disable) => disable.run().await,
                Self::Enable(enable) => enable.run().await,
                Self::RotateSecret(rotate) => rotate.run().await,
                Self::Certificate(certificate) => certificate.run().await,
            }
        })
    }
}
