//! Several ecosystems that are peers of each other.

use opnc_messages::Role;
use opnc_services::caller::Owned;
use opnc_services::parties::Credentials;
use opnc_services::peers::{self, Knowingly, NewPeer, OwnCredentials, PeerChange};
use opnc_services::{Caller, Ecosystem};

use crate::TestEcosystem;

/// An ecosystem as its peers know it.
pub struct Member<'a> {
    /// What they call it.
    pub name: &'a str,
    /// It.
    pub ecosystem: &'a TestEcosystem,
    /// For whom it may ask.
    pub members: Owned,
}

/// Makes two ecosystems peers of each other.
pub async fn befriend(one: &Member<'_>, other: &Member<'_>) {
    let (a, b) = (&one.ecosystem.ecosystem, &other.ecosystem.ecosystem);
    let new = new_peer(other.name, other.ecosystem.base_url(), other.members.clone());
    let of_other = peers::add(&operator(a), a, new).await.expect("a peer");
    let mut new = new_peer(one.name, one.ecosystem.base_url(), one.members.clone());
    new.own = Some(own(&of_other));
    let of_one = peers::add(&operator(b), b, new).await.expect("a peer");
    let change = PeerChange { own: Some(own(&of_one)), ..PeerChange::default() };
    peers::change(&operator(a), a, other.name, change).await.expect("credentials");
}

/// A peer that is asked for everything, within the usual limits, and whose operator here means all of it; without
/// credentials of ours.
pub fn new_peer(name: &str, base_url: &str, members: Owned) -> NewPeer {
    NewPeer {
        name: name.to_owned(),
        base_url: base_url.to_owned(),
        own: None,
        certificate: None,
        services: peers::SERVICES.map(str::to_owned).to_vec(),
        members,
        speaks_as: Vec::<Role>::new(),
        broadcast: true,
        timeout_ms: peers::USUAL_TIMEOUT_MS,
        most_calls: peers::USUAL_CALLS,
        knowingly: Knowingly { shares: true, is_trusted: true },
    }
}

fn own(credentials: &Credentials) -> OwnCredentials {
    OwnCredentials {
        client_id: credentials.client_id.clone(),
        client_secret: credentials.client_secret.clone(),
        token_url: None,
    }
}

/// The operator at the machine.
pub fn operator(ecosystem: &Ecosystem) -> Caller {
    Caller::operator("test", ecosystem.new_id())
}
