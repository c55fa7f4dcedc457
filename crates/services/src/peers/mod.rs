//! The pools of other ecosystems, as their operator here has them: how they are reached, and for whom they may ask.
//!
//! A peer is a party with credentials of its own here, and credentials of ours there. The identifiers that it owns are those
//! of its members: it may ask for them, and is asked about them first.

mod add;
mod change;
mod rules;
mod view;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Ecosystem, ServiceError};

pub use add::{NewPeer, OwnCredentials, add};
pub use change::{PeerChange, change, change_members, remove, set_status};
pub use view::{PeerView, find, list};

/// For how long a peer may take to answer, when nothing else is said.
pub const USUAL_TIMEOUT_MS: u32 = 3000;
/// How many questions may be with a peer at the same time, when nothing else is said.
pub const USUAL_CALLS: u32 = 32;
/// The services that can be asked of a peer.
pub const SERVICES: [&str; 3] = ["pcp", "cps", "ccp"];

/// Our secret at a peer, so that it can be kept.
fn seal(ecosystem: &Ecosystem, peer: Uuid, secret: &str) -> Result<Vec<u8>, ServiceError> {
    ecosystem.keys().seal(&purpose(peer), secret.as_bytes()).map_err(ServiceError::internal)
}

/// Our secret at a peer.
///
/// # Errors
/// When it was sealed under another key.
pub(crate) fn unseal(ecosystem: &Ecosystem, peer: Uuid, sealed: &[u8]) -> Result<String, ServiceError> {
    let bytes: Zeroizing<Vec<u8>> = ecosystem.keys().unseal(&purpose(peer), sealed).map_err(ServiceError::internal)?;
    String::from_utf8(bytes.to_vec()).map_err(ServiceError::internal)
}

/// What the secret is for, so that no other can stand in its place.
fn purpose(peer: Uuid) -> String {
    format!("credentials at peer {peer}")
}
