//! `opnc cert`: certificates in files.

mod describe;
mod purpose;
mod show;
mod verify;
mod warnings;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Look into certificates and check their chains
#[derive(Subcommand)]
pub(crate) enum Cert {
    Show(show::Show),
    Verify(verify::Verify),
}

impl Cert {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        match self {
            Cert::Show(show) => show.run(),
            Cert::Verify(verify) => verify.run(),
        }
    }
}
