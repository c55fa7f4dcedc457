//! `opnc trust`: whom to trust, and why.

mod authorize;
mod place;
mod resolve;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Verdict, runtime};

/// Ask which root a certificate leads to, and whether a contract is good
#[derive(Subcommand)]
pub(crate) enum TrustVerb {
    Resolve(resolve::Resolve),
    Authorize(authorize::Authorize),
}

impl TrustVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::Resolve(resolve) => resolve.run().await,
                Self::Authorize(authorize) => authorize.run().await,
            }
        })
    }
}
