//! The peers as their operator sees them.

use opnc_pki::Certificate;
use opnc_pki::chain::Purpose;
use opnc_store::Reader;
use opnc_store::parties::Party;
use opnc_store::peer_roots::{self, PeerRoot};
use opnc_store::peer_syncs::{self, PeerSync};
use opnc_store::peers::{self as rows, Peer};

use crate::parties::{self, PartyView};
use crate::{Caller, Ecosystem, ServiceError};

/// A peer with all that belongs to it; no secret can be read from it.
#[derive(Debug, Clone)]
pub struct PeerView {
    /// It as a party: name, status, members, its clients here.
    pub party: PartyView,
    /// How it is reached and asked.
    pub peer: Peer,
    /// The roots that it has.
    pub roots: Vec<RootView>,
    /// How reading them went last; `None` before the first time.
    pub sync: Option<PeerSync>,
    /// The purposes for which its roots count here, by the policy.
    pub trusted_for: Vec<&'static str>,
}

/// A root of a peer.
#[derive(Debug, Clone)]
pub struct RootView {
    /// It.
    pub root: PeerRoot,
    /// Its common name.
    pub common_name: String,
}

/// All peers, the oldest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] to anybody but an admin.
pub async fn list(caller: &Caller, ecosystem: &Ecosystem) -> Result<Vec<PeerView>, ServiceError> {
    parties::admin_only(caller)?;
    let all = rows::list(&mut ecosystem.store().read().await?).await?;
    let mut views = Vec::with_capacity(all.len());
    for peer in all {
        views.push(view(caller, ecosystem, peer).await?);
    }
    Ok(views)
}

/// The peer with this name, id or client id.
///
/// # Errors
/// [`ServiceError::NotFound`]; as for [`list`].
pub async fn find(caller: &Caller, ecosystem: &Ecosystem, wanted: &str) -> Result<PeerView, ServiceError> {
    parties::admin_only(caller)?;
    let (_, peer) = lookup(&mut ecosystem.store().read().await?, wanted).await?;
    view(caller, ecosystem, peer).await
}

async fn view(caller: &Caller, ecosystem: &Ecosystem, peer: Peer) -> Result<PeerView, ServiceError> {
    let party = parties::find(caller, ecosystem, &peer.party_id.to_string()).await?;
    let mut reader = ecosystem.store().read().await?;
    let roots = peer_roots::of_peer(&mut reader, peer.party_id).await?;
    let sync = peer_syncs::find(&mut reader, peer.party_id).await?;
    let name = |root: &PeerRoot| {
        let certificate = Certificate::from_der(&root.der).ok();
        certificate.and_then(|certificate| certificate.common_name().map(str::to_owned)).unwrap_or_default()
    };
    let roots = roots.into_iter().map(|root| RootView { common_name: name(&root), root }).collect();
    let policy = &ecosystem.policy().trust;
    let accepted = Purpose::ALL.into_iter().filter(|purpose| policy.accepts(*purpose, &party.party.name));
    let trusted_for = accepted.map(Purpose::as_str).collect();
    Ok(PeerView { party, peer, roots, sync, trusted_for })
}

pub(super) async fn lookup(reader: &mut Reader, wanted: &str) -> Result<(Party, Peer), ServiceError> {
    let party = parties::lookup(reader, wanted).await.map_err(|error| match error {
        ServiceError::NotFound(_) => {
            ServiceError::NotFound(format!("there is no peer with the id, client id or name {wanted:?}"))
        }
        other => other,
    })?;
    match rows::find(reader, party.id).await? {
        Some(peer) => Ok((party, peer)),
        None => Err(ServiceError::NotFound(format!("the party {:?} is no peer", party.name))),
    }
}
