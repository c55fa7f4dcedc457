//! `opnc events`: what was sent to the endpoints of the parties, and what to do when it did not arrive.

mod endpoints;
mod filter;
mod list;
mod record;
mod replay;
mod resume;
mod show;
mod test;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Verdict, runtime};

/// See which events were delivered to whom, and have them delivered again
#[derive(Subcommand)]
pub(crate) enum EventsVerb {
    List(list::List),
    Show(show::Show),
    Endpoints(endpoints::Endpoints),
    Replay(replay::Replay),
    Resume(resume::Resume),
    Test(test::Test),
}

impl EventsVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::List(list) => list.run().await,
                Self::Show(show) => show.run().await,
                Self::Endpoints(endpoints) => endpoints.run().await,
                Self::Replay(replay) => replay.run().await,
                Self::Resume(resume) => resume.run().await,
                Self::Test(test) => test.run().await,
            }
        })
    }
}
