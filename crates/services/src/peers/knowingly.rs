//! What an operator has to say knowingly when a peer comes in: it speaks for a party of this ecosystem, or its name is one
//! whose roots count here.
//!
//! The policy of trust lists names peers, and a name is what a description says of itself. A name that is free again would
//! be an inheritance for whoever takes it, so a peer gets a name of the policy only by a word of the operator.

use opnc_pki::chain::Purpose;
use opnc_store::{Reader, peers as rows};

use super::NewPeer;
use crate::parties::Sharing;
use crate::trust;
use crate::{Ecosystem, ServiceError};

/// What the operator has been told of a peer, and means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Knowingly {
    /// It speaks for parties of this ecosystem: it reads what they may read, and hears what they hear.
    pub shares: bool,
    /// The policy of trust lists has its name: its roots count here.
    pub is_trusted: bool,
}

impl Knowingly {
    /// Whether its members may be parties here.
    pub(super) fn sharing(self) -> Sharing {
        if self.shares { Sharing::Meant } else { Sharing::Refused }
    }
}

/// Refuses a peer whose roots would count without a word about it, or at whose URL there is a peer.
pub(super) async fn refuse(reader: &mut Reader, ecosystem: &Ecosystem, new: &NewPeer) -> Result<(), ServiceError> {
    let mut problems = Vec::new();
    if let Some(other) = others_at(reader, &new.base_url, None).await?.first() {
        problems
            .push(format!("the peer {other:?} is at {} already: change that one, or remove it first", new.base_url));
    }
    let purposes = trusted_for(reader, ecosystem, &new.name).await?;
    if !purposes.is_empty() && !new.knowingly.is_trusted {
        problems.push(format!(
            "[trust] names {:?} for {}: the roots of this peer would count for that. Say --trusted-by-policy if this is the ecosystem \
             that is meant there, or give it another name",
            format!("{}{}", trust::PEER, new.name),
            purposes.join(", ")
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(problems)) }
}

/// The purposes for which the roots of a peer of this name count: by the policy of this process, or by the one that the
/// servers of this ecosystem have started with.
pub(super) async fn trusted_for(
    reader: &mut Reader,
    ecosystem: &Ecosystem,
    name: &str,
) -> Result<Vec<&'static str>, ServiceError> {
    let in_force = trust::policy_in_force(reader).await?;
    let policies = [&ecosystem.policy().trust, &in_force];
    let counts = |purpose: &Purpose| policies.iter().any(|policy| policy.accepts(*purpose, name));
    Ok(Purpose::ALL.into_iter().filter(counts).map(Purpose::as_str).collect())
}

/// The names of the peers at this URL, but for this one.
pub(super) async fn others_at(
    reader: &mut Reader,
    base_url: &str,
    but: Option<uuid::Uuid>,
) -> Result<Vec<String>, ServiceError> {
    let mut names = Vec::new();
    for peer in rows::list(reader).await? {
        if Some(peer.party_id) != but && is_same_place(&peer.base_url, base_url) {
            names.extend(opnc_store::parties::find(reader, peer.party_id).await?.map(|party| party.name));
        }
    }
    Ok(names)
}

/// Whether two base URLs are one.
pub(super) fn is_same_place(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}
