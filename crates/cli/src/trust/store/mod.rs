//! `opnc trust store`: a bundle in a file, and answers from it: what a station does that has no network.

mod resolve;
mod show;
mod update;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Keep a signed bundle in a file, and decide about certificates with it, without a network
#[derive(Subcommand)]
pub(crate) enum StoreVerb {
    Update(update::Update),
    Show(show::Show),
    Resolve(resolve::Resolve),
}

impl StoreVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        match self {
            Self::Update(update) => update.run(),
            Self::Show(show) => show.run(),
            Self::Resolve(resolve) => resolve.run(),
        }
    }
}
