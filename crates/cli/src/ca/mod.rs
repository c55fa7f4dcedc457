//! `opnc ca`: the ecosystem's own CAs, and what they have issued.

mod found;
mod list;
mod record;
mod renew;
mod revoke;
mod show;
mod tree;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Verdict, runtime};

/// Look into the ecosystem's own CAs, renew its signers, and revoke what they have issued
#[derive(Subcommand)]
pub(crate) enum CaVerb {
    Tree(tree::Tree),
    List(list::List),
    Show(show::Show),
    Revoke(revoke::Revoke),
    Found(found::Found),
    Renew(renew::Renew),
}

impl CaVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::Tree(tree) => tree.run().await,
                Self::List(list) => list.run().await,
                Self::Show(show) => show.run().await,
                Self::Revoke(revoke) => revoke.run().await,
                Self::Found(found) => found.run().await,
                Self::Renew(renew) => renew.run().await,
            }
        })
    }
}
