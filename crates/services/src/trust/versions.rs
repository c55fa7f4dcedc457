//! The versions of what is trusted, and what it was at an earlier one.

use std::collections::HashMap;

use opnc_messages::ids::Fingerprint;
use opnc_messages::{IsoVersion, RootType};
use opnc_pki::Certificate;
use opnc_store::Tx;
use opnc_store::peer_roots::{self, PeerRoot};
use opnc_store::roots::Root;
use opnc_store::trust_versions::{self, TrustChange};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::TrustPolicy;
use crate::{Ecosystem, ServiceError};

/// What decides whether a root is trusted for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// What it is the anchor of, as our pool says; nothing when it is not in our pool.
    pub(crate) types: Vec<RootType>,
    /// The trust lists that know it.
    pub(crate) lists: Vec<String>,
    /// Whether it is in our own pool.
    pub(crate) is_own: bool,
    /// The peers that have it.
    pub(crate) peers: Vec<Claim>,
    pub(crate) iso: IsoVersion,
}

/// What a peer has a root for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    /// The peer's name.
    pub(crate) peer: String,
    pub(crate) types: Vec<RootType>,
}

/// Notes in the transaction that changes a root of ours that what is trusted has a new version, on every replica.
pub(crate) async fn changed(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    before: Option<&Root>,
    after: Option<&Root>,
) -> Result<(), ServiceError> {
    let Some(root) = before.or(after) else { return Ok(()) };
    let claims = claims(&peer_roots::by_fingerprint(tx, &root.fingerprint).await?);
    let iso = edition(&Certificate::from_der(&root.der).map_err(ServiceError::internal)?);
    let state = |root: Option<&Root>| State::new(root, claims.clone(), iso);
    note(tx, ecosystem, &root.fingerprint, state(before).as_ref(), state(after).as_ref()).await
}

/// Notes another state of a root.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    fingerprint: &Fingerprint,
    before: Option<&State>,
    after: Option<&State>,
) -> Result<(), ServiceError> {
    let change = TrustChange {
        fingerprint: Some(*fingerprint),
        before: before.map(State::to_text),
        after: after.map(State::to_text),
    };
    trust_versions::append(tx, &change, ecosystem.now()).await?;
    Ok(())
}

/// What peers have a root for, of its rows.
pub(crate) fn claims(rows: &[PeerRoot]) -> Vec<Claim> {
    rows.iter().map(|row| Claim { peer: row.peer.clone(), types: row.types.clone() }).collect()
}

/// The edition that its key is for.
pub(crate) fn edition(certificate: &Certificate) -> IsoVersion {
    certificate.public_key().algorithm().version()
}

/// What was otherwise before these changes: the roots they touched, each as it was (or was not) in the pool, and the policy
/// where it was another.
pub(super) fn before(changes: &[TrustChange]) -> (HashMap<Fingerprint, Option<State>>, Option<TrustPolicy>) {
    let (mut roots, mut policy) = (HashMap::new(), None);
    for change in changes {
        match change.fingerprint {
            Some(fingerprint) => {
                let state = change.before.as_deref().and_then(State::from_text);
                roots.entry(fingerprint).or_insert(state);
            }
            None => {
                policy.get_or_insert_with(|| TrustPolicy::from_text(change.before.as_deref()));
            }
        }
    }
    (roots, policy)
}

impl State {
    /// The state of a root of our pool, of peers, or of both; `None` when it is nowhere.
    pub(crate) fn new(own: Option<&Root>, peers: Vec<Claim>, iso: IsoVersion) -> Option<Self> {
        match own {
            None if peers.is_empty() => None,
            None => Some(Self { types: Vec::new(), lists: Vec::new(), is_own: false, peers, iso }),
            Some(root) => {
                Some(Self { types: root.types.clone(), lists: root.ctl_list.clone(), is_own: true, peers, iso })
            }
        }
    }

    /// What it is the anchor of where a peer vouches for it: for a root of ours, our operator has said.
    pub(crate) fn types_at<'a>(&'a self, claim: &'a Claim) -> &'a [RootType] {
        if self.is_own { &self.types } else { &claim.types }
    }

    fn to_text(&self) -> String {
        let mut value = json!({ "types": self.types, "lists": self.lists, "iso": self.iso.as_str() });
        if let Some(members) = value.as_object_mut() {
            if !self.is_own {
                members.insert("own".to_owned(), json!(false));
            }
            if !self.peers.is_empty() {
                members.insert("peers".to_owned(), json!(self.peers));
            }
        }
        value.to_string()
    }

    fn from_text(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let words =
            |name: &str| -> Option<Vec<&str>> { value.get(name)?.as_array()?.iter().map(Value::as_str).collect() };
        let peers = value.get("peers").map(|peers| serde_json::from_value(peers.clone()));
        Some(Self {
            types: words("types")?.into_iter().filter_map(RootType::parse).collect(),
            lists: words("lists")?.into_iter().map(str::to_owned).collect(),
            is_own: value.get("own").and_then(Value::as_bool).unwrap_or(true),
            peers: peers.transpose().ok()?.unwrap_or_default(),
            iso: IsoVersion::parse(value.get("iso")?.as_str()?)?,
        })
    }
}
