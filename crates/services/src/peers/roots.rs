//! The roots of peers as they are kept: each change is a version of what is trusted, a line in the audit log and, where the
//! root counts here, an event. Roots of our own pool are never touched.

use opnc_messages::RootType;
use opnc_messages::event::EventKind;
use opnc_messages::ids::Fingerprint;
use opnc_pki::Certificate;
use opnc_store::Tx;
use opnc_store::parties::Party;
use opnc_store::peer_roots::{self, PeerRoot};
use uuid::Uuid;

use crate::events::facts;
use crate::record::{self, Event};
use crate::trust::pool::{self, PoolRoot};
use crate::trust::versions;
use crate::{Caller, Ecosystem, ServiceError};

/// A root that was read at a peer, and is one.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) certificate: Certificate,
    pub(super) types: Vec<RootType>,
}

/// What became of the roots of a peer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) removed: usize,
}

/// Lets a peer have these roots and no others.
pub(super) async fn replace(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    party: &Party,
    found: &[Found],
) -> Result<Difference, ServiceError> {
    let mut difference = Difference::default();
    let kept = peer_roots::of_peer(tx, party.id).await?;
    for Found { certificate, types } in found {
        let fingerprint = certificate.fingerprint();
        let before = kept.iter().find(|root| root.fingerprint == fingerprint);
        let action = match before {
            Some(root) if root.types == *types => continue,
            Some(_) => {
                difference.changed += 1;
                "ChangePeerRoot"
            }
            None => {
                difference.added += 1;
                "AddPeerRoot"
            }
        };
        let row = PeerRoot {
            party_id: party.id,
            peer: party.name.clone(),
            fingerprint,
            id: before.map_or_else(|| ecosystem.new_id(), |root| root.id),
            types: types.clone(),
            der: certificate.der().to_vec(),
            not_after: certificate.not_after(),
            created_at: ecosystem.now(),
        };
        write(tx, caller, ecosystem, action, &fingerprint, Write::Put(&row)).await?;
    }
    for root in kept.iter().filter(|root| found.iter().all(|one| one.certificate.fingerprint() != root.fingerprint)) {
        difference.removed += 1;
        write(tx, caller, ecosystem, "RemovePeerRoot", &root.fingerprint, Write::Remove(party.id)).await?;
    }
    Ok(difference)
}

/// Takes away all roots of a peer, that is disabled, removed, or was not heard of for long; how many.
pub(crate) async fn withdraw(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    peer: Uuid,
) -> Result<usize, ServiceError> {
    let kept = peer_roots::of_peer(tx, peer).await?;
    for root in &kept {
        write(tx, caller, ecosystem, "RemovePeerRoot", &root.fingerprint, Write::Remove(peer)).await?;
    }
    Ok(kept.len())
}

enum Write<'a> {
    Put(&'a PeerRoot),
    Remove(Uuid),
}

async fn write(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    action: &'static str,
    fingerprint: &Fingerprint,
    write: Write<'_>,
) -> Result<(), ServiceError> {
    let policy = &ecosystem.policy().trust;
    let before = pool::find(tx, policy, fingerprint).await?;
    match write {
        Write::Put(row) => peer_roots::put(tx, row).await?,
        Write::Remove(peer) => {
            peer_roots::remove(tx, peer, fingerprint).await?;
        }
    }
    let after = pool::find(tx, policy, fingerprint).await?;
    let state = |root: &Option<PoolRoot>| root.as_ref().map(|root| root.state.clone());
    versions::note(tx, ecosystem, fingerprint, state(&before).as_ref(), state(&after).as_ref()).await?;
    record::note(tx, caller, ecosystem, action, &fingerprint.to_string()).await?;
    let counts = |root: &&PoolRoot| !root.state.is_own && policy.counts_at_all(&root.state);
    let told = match (before.as_ref().filter(counts), after.as_ref().filter(counts)) {
        (None, Some(root)) => Some((EventKind::RootAdded, root)),
        (Some(root), None) => Some((EventKind::RootRevoked, root)),
        _ => None,
    };
    if let Some((kind, root)) = told {
        let event = Event { kind, payload: facts::of_peer_root(&root.row) };
        record::tell(tx, caller, ecosystem, event).await?;
    }
    Ok(())
}
