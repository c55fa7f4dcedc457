//! Two ecosystems inside this process become peers of each other.

use opnc_services::caller::Owned;
use opnc_services::parties::Credentials;
use opnc_services::peers::{
    self, Knowingly, NewPeer, OwnCredentials, PeerChange, SERVICES, USUAL_CALLS, USUAL_TIMEOUT_MS,
};

use super::Launched;
use crate::failure::Failure;

/// An ecosystem as its peers know it.
pub(crate) struct Friend<'a> {
    /// What they call it.
    pub(crate) name: String,
    /// It.
    pub(crate) launched: &'a Launched,
    /// For whom it may ask.
    pub(crate) members: Owned,
}

/// Does what both operators would do: each adds the other and gives it credentials.
///
/// # Errors
/// When one of them knows the other already.
pub(crate) async fn befriend(one: &Friend<'_>, other: &Friend<'_>) -> Result<(), Failure> {
    let (a, b) = (one.launched, other.launched);
    let of_other = peers::add(&a.operator(), &a.ecosystem, new(other, None)).await.map_err(Failure::service)?;
    let of_one = peers::add(&b.operator(), &b.ecosystem, new(one, Some(&of_other))).await.map_err(Failure::service)?;
    let change = PeerChange { own: Some(own(&of_one)), ..PeerChange::default() };
    peers::change(&a.operator(), &a.ecosystem, &other.name, change).await.map_err(Failure::service)?;
    Ok(())
}

fn new(friend: &Friend<'_>, credentials: Option<&Credentials>) -> NewPeer {
    NewPeer {
        name: friend.name.clone(),
        base_url: friend.launched.running.base_url.clone(),
        own: credentials.map(own),
        certificate: None,
        services: SERVICES.map(str::to_owned).to_vec(),
        members: friend.members.clone(),
        speaks_as: Vec::new(),
        broadcast: true,
        timeout_ms: USUAL_TIMEOUT_MS,
        most_calls: USUAL_CALLS,
        knowingly: Knowingly { is_trusted: true, ..Knowingly::default() },
    }
}

fn own(credentials: &Credentials) -> OwnCredentials {
    OwnCredentials {
        client_id: credentials.client_id.clone(),
        client_secret: credentials.client_secret.clone(),
        token_url: None,
    }
}
