//! Which trust lists count for which purpose: a root that is trusted for contracts need not be for cars.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use opnc_messages::rcp::Ctl;
use opnc_messages::{Role, RootType};
use opnc_pki::chain::Purpose;
use opnc_store::trust_versions::{self, TrustChange};
use opnc_store::{Reader, parties, settings};

use super::versions::{Claim, State};
use crate::record;
use crate::{Caller, Ecosystem, ServiceError};

/// Where the store keeps the policy that was in force last.
const SETTING: &str = "trust.policy";

/// What stands before the name of a peer whose roots count, among the names of lists.
pub const PEER: &str = "peer:";

/// What an operator decides about trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    lists: BTreeMap<&'static str, Vec<String>>,
    /// How long a signed bundle or list is good.
    pub lifetime: SignedDuration,
}

impl Default for TrustPolicy {
    fn default() -> Self {
        Self::new(SignedDuration::from_hours(14 * 24))
    }
}

impl TrustPolicy {
    /// Every root counts, and what is signed is good for this long.
    pub fn new(lifetime: SignedDuration) -> Self {
        Self { lists: BTreeMap::new(), lifetime }
    }

    /// The same where for this purpose only roots on one of these lists count; all of ours, when no list is named. Those of a
    /// peer count where it is named as `peer:NAME`.
    #[must_use]
    pub fn with(mut self, purpose: Purpose, lists: &[String]) -> Self {
        if lists.is_empty() {
            self.lists.remove(purpose.as_str());
        } else {
            self.lists.insert(purpose.as_str(), lists.iter().map(|name| canonical(name)).collect());
        }
        self
    }

    /// Whether a root in this state is trusted for this: one of ours by its lists, one of a peer where the peer is named.
    pub(crate) fn counts(&self, purpose: Purpose, root: &State) -> bool {
        let fits = |types: &[RootType]| purpose.root_types().iter().any(|wanted| types.contains(wanted));
        let by_peer = |peer: &Claim| self.accepts(purpose, &peer.peer) && fits(root.types_at(peer));
        root.is_own && fits(&root.types) && self.allows(purpose, &root.lists) || root.peers.iter().any(by_peer)
    }

    /// Whether it is trusted for anything.
    pub(crate) fn counts_at_all(&self, root: &State) -> bool {
        Purpose::ALL.into_iter().any(|purpose| self.counts(purpose, root))
    }

    /// What a root that only peers have is the anchor of, as far as those say so whose roots count for it.
    pub(super) fn accepted_types(&self, root: &State) -> Vec<RootType> {
        let is_accepted = |root_type: RootType| {
            let for_it = |purpose: &Purpose| purpose.root_types().contains(&root_type);
            root.peers.iter().filter(|claim| claim.types.contains(&root_type)).any(|claim| {
                Purpose::ALL.iter().filter(|purpose| for_it(purpose)).any(|one| self.accepts(*one, &claim.peer))
            })
        };
        RootType::ALL.into_iter().filter(|one| is_accepted(*one)).collect()
    }

    /// Whether the roots of this peer count for this: only when it says so.
    pub fn accepts(&self, purpose: Purpose, peer: &str) -> bool {
        self.named(purpose).any(|name| name.strip_prefix(PEER) == Some(peer))
    }

    /// The peers that are named, each with the purposes it is named for.
    pub fn peers(&self) -> BTreeMap<&str, Vec<&'static str>> {
        let mut peers: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
        for (purpose, names) in &self.lists {
            for peer in names.iter().filter_map(|name| name.strip_prefix(PEER)) {
                peers.entry(peer).or_default().push(purpose);
            }
        }
        peers
    }

    /// Whether roots of any peer may count.
    pub(crate) fn names_peers(&self) -> bool {
        self.lists.values().flatten().any(|name| name.starts_with(PEER))
    }

    /// Whether a root of our own on these lists counts. What is named of peers is no restriction for them.
    fn allows(&self, purpose: Purpose, lists: &[String]) -> bool {
        let mut wanted = self.named(purpose).filter(|name| !name.starts_with(PEER)).peekable();
        wanted.peek().is_none() || wanted.any(|name| lists.contains(name))
    }

    fn named(&self, purpose: Purpose) -> impl Iterator<Item = &String> {
        self.lists.get(purpose.as_str()).into_iter().flatten()
    }

    fn to_text(&self) -> Result<String, ServiceError> {
        serde_json::to_string(&self.lists).map_err(ServiceError::internal)
    }

    /// Reads what [`note_policy`] has kept. What cannot be read lets every root count.
    pub(super) fn from_text(text: Option<&str>) -> Self {
        let kept: BTreeMap<String, Vec<String>> =
            text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let lists = |purpose: Purpose| kept.get(purpose.as_str()).cloned().unwrap_or_default();
        Purpose::ALL.into_iter().fold(Self::default(), |policy, purpose| policy.with(purpose, &lists(purpose)))
    }
}

/// The name of a trust list as it stands in `rootCtlList`: those of OPNC in their own spelling, others as they are.
pub(crate) fn canonical(name: &str) -> String {
    Ctl::parse(name).map_or_else(|| name.to_owned(), |ctl| ctl.as_str().to_owned())
}

/// The policy with which this ecosystem was served last, whatever this process has been told.
pub(crate) async fn in_force(reader: &mut Reader) -> Result<TrustPolicy, ServiceError> {
    Ok(TrustPolicy::from_text(settings::get(reader, SETTING).await?.as_deref()))
}

/// The peers that the policy of this process names and that are none, each with the purposes it is named for: no root counts
/// by that.
///
/// # Errors
/// When the store fails.
pub async fn unknown_peers(ecosystem: &Ecosystem) -> Result<Vec<(String, Vec<&'static str>)>, ServiceError> {
    let policy = &ecosystem.policy().trust;
    if !policy.names_peers() {
        return Ok(Vec::new());
    }
    let parties = parties::list(&mut ecosystem.store().read().await?).await?;
    let is_peer = |name: &str| parties.iter().any(|party| party.role == Role::Peer && party.name == name);
    let unknown = policy.peers().into_iter().filter(|(name, _)| !is_peer(name));
    Ok(unknown.map(|(name, purposes)| (name.to_owned(), purposes)).collect())
}

/// Gives what is trusted a new version when this process has another policy than the one that was in force. To be called
/// once, at the start.
///
/// # Errors
/// When the store fails.
pub async fn note_policy(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    for (peer, purposes) in unknown_peers(ecosystem).await? {
        tracing::warn!(peer, purposes = purposes.join(", "), "[trust] names a peer that does not exist");
    }
    let text = &ecosystem.policy().trust.to_text()?;
    let program = &Caller::program(ecosystem.new_id());
    ecosystem
        .store()
        .run_tx("note trust policy", |tx| {
            Box::pin(async move {
                let before = settings::get(tx, SETTING).await?;
                if before.as_deref().unwrap_or("{}") == text {
                    return Ok(());
                }
                settings::put(tx, SETTING, text).await?;
                let change = TrustChange { fingerprint: None, before, after: Some(text.clone()) };
                trust_versions::append(tx, &change, ecosystem.now()).await?;
                record::note(tx, program, ecosystem, "ChangeTrustPolicy", text).await
            })
        })
        .await
}
