//! `opnc config`: what a configuration says, and whether it can be used.

mod check;
mod show;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Check and show the configuration
#[derive(Subcommand)]
pub(crate) enum ConfigVerb {
    Check(check::Check),
    Show(show::Show),
}

impl ConfigVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        match self {
            Self::Check(check) => check.run(),
            Self::Show(show) => show.run(),
        }
    }
}
