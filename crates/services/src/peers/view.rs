//! The peers as their operator sees them.

use opnc_store::Reader;
use opnc_store::parties::Party;
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
        let party = parties::find(caller, ecosystem, &peer.party_id.to_string()).await?;
        views.push(PeerView { party, peer });
    }
    Ok(views)
}

/// The peer with this name, id or client id.
///
/// # Errors
/// [`ServiceError::NotFound`]; as for [`list`].
pub async fn find(caller: &Caller, ecosystem: &Ecosystem, wanted: &str) -> Result<PeerView, ServiceError> {
    parties::admin_only(caller)?;
    let (party, peer) = lookup(&mut ecosystem.store().read().await?, wanted).await?;
    let party = parties::find(caller, ecosystem, &party.id.to_string()).await?;
    Ok(PeerView { party, peer })
}

pub(super) async fn lookup(reader: &mut Reader, wanted: &str) -> Result<(Party, Peer), ServiceError> {
    let party = parties::lookup(reader, wanted).await?;
    match rows::find(reader, party.id).await? {
        Some(peer) => Ok((party, peer)),
        None => Err(ServiceError::NotFound(format!("the party {:?} is no peer", party.name))),
    }
}
