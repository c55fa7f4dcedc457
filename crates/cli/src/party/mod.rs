//! `opnc party`: who may act in the ecosystem, and with what.

mod list;
mod record;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Add, show and change the parties of an ecosystem
#[derive(Subcommand)]
pub(crate) enum PartyVerb {
    List(list::List),
}

impl PartyVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(async {
            match self {
                Self::List(list) => list.run().await,
            }
        })
    }
}
