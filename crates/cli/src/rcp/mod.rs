//! `opnc rcp`: the root certificate pool, and the changes of it that wait for a second admin.

mod add;
mod change;
mod decide;
mod delete;
mod list;
mod pending;
mod show;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Verdict, runtime};

/// Show and change the root certificate pool, and decide about changes that another admin asked for
#[derive(Subcommand)]
pub(crate) enum RcpVerb {
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    Delete(delete::Delete),
    Pending(pending::Pending),
    Approve(decide::Approve),
    Reject(decide::Reject),
}

impl RcpVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(list) => list.run().await,
                Self::Show(show) => show.run().await,
                Self::Delete(delete) => delete.run().await,
                Self::Pending(pending) => pending.run().await,
                Self::Approve(approve) => approve.run().await,
                Self::Reject(reject) => reject.run().await,
            }
        })
    }
}
