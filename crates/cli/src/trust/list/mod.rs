//! `opnc trust list`: the trust lists of others, and ours.

mod apply;
mod export;
mod import;
mod revert;
mod show;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Import, apply and revert trust lists of others, and export our own
#[derive(Subcommand)]
pub(crate) enum ListVerb {
    Import(import::Import),
    Show(show::Show),
    Apply(apply::Apply),
    Revert(revert::Revert),
    Export(export::Export),
}

impl ListVerb {
    pub(crate) async fn run(self) -> Result<Verdict, Failure> {
        match self {
            Self::Import(import) => import.run().await,
            Self::Show(show) => show.run().await,
            Self::Apply(apply) => apply.run().await,
            Self::Revert(revert) => revert.run().await,
            Self::Export(export) => export.run().await,
        }
    }
}
