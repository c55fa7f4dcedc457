//! Every root that may count: those of our own pool, and those of peers, with where they are from.

use std::collections::HashMap;

use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_store::Reader;
use opnc_store::peer_roots::{self, PeerRoot};
use opnc_store::roots::{self, Root};

use super::TrustPolicy;
use super::versions::{State, claims, edition};
use crate::ServiceError;

/// A root, once, however many have it.
pub(crate) struct PoolRoot {
    /// As our pool has it. Of a root that only peers have: its types are those it is accepted for, its lists none.
    pub(crate) row: Root,
    pub(crate) certificate: Certificate,
    pub(crate) state: State,
}

/// All of them, ours first. Whether one counts, the policy says.
pub(crate) async fn read(reader: &mut Reader, policy: &TrustPolicy) -> Result<Vec<PoolRoot>, ServiceError> {
    let own = roots::list(reader, None, None).await?;
    let mut of_peers: HashMap<Fingerprint, Vec<PeerRoot>> = HashMap::new();
    let mut order = Vec::new();
    for row in peer_roots::list(reader).await? {
        let same = of_peers.entry(row.fingerprint).or_default();
        if same.is_empty() {
            order.push(row.fingerprint);
        }
        same.push(row);
    }
    let mut all = Vec::with_capacity(own.len() + order.len());
    for row in own {
        let peers = of_peers.remove(&row.fingerprint).unwrap_or_default();
        all.extend(together(Some(row), &peers, policy)?);
    }
    for fingerprint in order {
        if let Some(peers) = of_peers.remove(&fingerprint) {
            all.extend(together(None, &peers, policy)?);
        }
    }
    Ok(all)
}

/// One of them.
pub(crate) async fn find(
    reader: &mut Reader,
    policy: &TrustPolicy,
    fingerprint: &Fingerprint,
) -> Result<Option<PoolRoot>, ServiceError> {
    let own = roots::by_fingerprint(reader, fingerprint).await?;
    let peers = peer_roots::by_fingerprint(reader, fingerprint).await?;
    together(own, &peers, policy)
}

fn together(own: Option<Root>, peers: &[PeerRoot], policy: &TrustPolicy) -> Result<Option<PoolRoot>, ServiceError> {
    let Some(row) = own.clone().or_else(|| peers.first().map(foreign)) else { return Ok(None) };
    let certificate = Certificate::from_der(&row.der).map_err(ServiceError::internal)?;
    let Some(state) = State::new(own.as_ref(), claims(peers), edition(&certificate)) else { return Ok(None) };
    let row = if state.is_own { row } else { Root { types: policy.accepted_types(&state), ..row } };
    Ok(Some(PoolRoot { row, certificate, state }))
}

/// A root of a peer in the form of those of our pool.
pub(crate) fn foreign(root: &PeerRoot) -> Root {
    Root {
        id: root.id,
        fingerprint: root.fingerprint,
        types: root.types.clone(),
        ctl_list: Vec::new(),
        der: root.der.clone(),
        certificate_revocation_list: None,
        cross_certificate_pair: None,
        labeled_uri: None,
        not_after: root.not_after,
        created_at: root.created_at,
    }
}
