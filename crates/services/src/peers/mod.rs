//! The pools of other ecosystems, as their operator here has them: how they are reached, and for whom they may ask.
//!
//! A peer is a party with credentials of its own here, and credentials of ours there. The identifiers that it owns are those
//! of its members: it may ask for them, and is asked about them first.

mod accept;
mod access;
mod add;
mod change;
mod describe;
mod introduce;
mod knowingly;
mod policy;
mod roots;
mod rules;
mod sync;
mod view;

pub use accept::{
    IntroductionView, accept, accept_change, check_introduction, find_introduction, introductions, member_words,
    new_peer, refuse,
};
pub use add::{NewPeer, OwnCertificate, OwnCredentials, add, add_prepared, prepare};
pub use change::{PeerChange, change, change_members, remove, set_status};
pub use describe::{OwnDescription, describe, own_name, tell};
pub use introduce::{Received, fetch_description, introduce};
pub use knowingly::Knowingly;
pub use policy::PeersPolicy;
pub use sync::{Synced, sync, sync_due};
pub use view::{PeerView, RootView, find, list};

pub(crate) use access::client;
pub(crate) use roots::withdraw;

/// For how long a peer may take to answer, when nothing else is said.
pub const USUAL_TIMEOUT_MS: u32 = 3000;
/// How many questions may be with a peer at the same time, when nothing else is said.
pub const USUAL_CALLS: u32 = 32;
/// The services that can be asked of a peer.
pub const SERVICES: [&str; 4] = ["rcp", "pcp", "cps", "ccp"];
