//! `opnc rcp`: the root certificate pool, and the changes of it that wait for a second admin.

mod decide;
mod list;
mod pending;

use clap::Subcommand;

use crate::Verdict;
use crate::failure::Failure;

/// Show the root certificate pool, and decide about changes that another admin asked for
#[derive(Subcommand)]
pub(crate) enum RcpVerb {
    List(list::List),
    Pending(pending::Pending),
    Approve(decide::Approve),
    Reject(decide::Reject),
}

impl RcpVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(async {
            match self {
                Self::List(list) => list.run().await,
                Self::Pending(pending) => pending.run().await,
                Self::Approve(approve) => approve.run().await,
                Self::Reject(reject) => reject.run().await,
            }
        })
    }
}
