//! `opnc peer`: the pools of other ecosystems, which are asked for what is not known here, and may ask for their members.
//!
//! A server that runs reads its peers again after five seconds at most: that is how long a change takes.

mod accept;
mod add;
mod change;
mod dealings;
mod describe;
mod handover;
mod introduce;
mod introductions;
mod list;
mod members;
mod record;
mod rotate;
mod secret;
mod show;
mod status;
mod sync;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Verdict, runtime};

/// Add, show and change the peers of an ecosystem; a server that runs follows within five seconds
#[derive(Subcommand)]
pub(crate) enum PeerVerb {
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    Change(change::Change),
    ApproveMember(members::ApproveMember),
    RemoveMember(members::RemoveMember),
    RotateSecret(rotate::RotateSecret),
    Disable(status::Disable),
    Enable(status::Enable),
    Remove(status::Remove),
    Sync(sync::Sync),
    Describe(describe::Describe),
    Introduce(introduce::Introduce),
    Introductions(introductions::Introductions),
    Accept(Box<accept::Accept>),
    Refuse(accept::Refuse),
}

impl PeerVerb {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        runtime(async {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(list) => list.run().await,
                Self::Show(show) => show.run().await,
                Self::Change(change) => change.run().await,
                Self::ApproveMember(approve) => approve.run().await,
                Self::RemoveMember(remove) => remove.run().await,
                Self::RotateSecret(rotate) => rotate.run().await,
                Self::Disable(disable) => disable.run().await,
                Self::Enable(enable) => enable.run().await,
                Self::Remove(remove) => remove.run().await,
                Self::Sync(sync) => sync.run().await,
                Self::Describe(describe) => describe.run().await,
                Self::Introduce(introduce) => introduce.run().await,
                Self::Introductions(introductions) => introductions.run().await,
                Self::Accept(accept) => accept.run().await,
                Self::Refuse(refuse) => refuse.run().await,
            }
        })
    }
}
