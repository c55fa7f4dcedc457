//! `opnc audit`: who changed what, and whether the log of it was tampered with.

mod export;
mod list;
mod record;
mod verify;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Read, verify and export the log of who changed what
#[derive(Subcommand)]
pub(crate) enum AuditVerb {
    List(Box<list::List>),
    Verify(verify::Verify),
    Export(export::Export),
}

impl AuditVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(async {
            match self {
                Self::List(list) => list.run().await,
                Self::Verify(verify) => verify.run().await,
                Self::Export(export) => export.run().await,
            }
        })
    }
}
