//! The peers that can be asked, as they stand in the database, at most five seconds old.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_messages::ids::Emaid;
use opnc_messages::operation::Service;
use opnc_store::parties::{self, PartyStatus};
use opnc_store::party_identifiers::{self, PartyIdentifier};
use opnc_store::{Reader, peers, settings};
use tokio::sync::Semaphore;

use super::breaker::Breaker;
use super::pauses::Pauses;
use super::peer::{Line, Peer};
use crate::{Ecosystem, ServiceError};

/// For how long the list of peers may be remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(5);
/// Where the store keeps the id of this ecosystem.
const ECOSYSTEM_ID: &str = "ecosystem.id";

/// The peers, as they were read last.
#[derive(Default)]
pub(crate) struct Registry(Mutex<Option<(Timestamp, Known)>>);

/// The peers, and under which id they know us.
#[derive(Clone)]
pub(crate) struct Known {
    pub(super) own_id: Arc<str>,
    pub(super) peers: Arc<[Arc<Peer>]>,
    /// What parties of ours own, those included that are disabled; not read where there is no peer.
    pub(super) held_here: Arc<HashSet<PartyIdentifier>>,
}

impl Known {
    /// Whether a peer may say something of a contract of this provider: one that parties here have is theirs, unless the
    /// peer speaks for it as well.
    pub(crate) fn may_tell_of(&self, peer: &Peer, emaid: &Emaid) -> bool {
        let provider = PartyIdentifier::Provider(emaid.provider_id());
        !self.held_here.contains(&provider) || peer.speaks_for(&provider)
    }
}

impl Registry {
    /// The peers that are active and that we have credentials for.
    pub(crate) async fn peers(&self, ecosystem: &Ecosystem) -> Result<Known, ServiceError> {
        let now = ecosystem.now();
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((read_at, known)) = &before
            && now.duration_since(*read_at).abs() < REMEMBERED
        {
            return Ok(known.clone());
        }
        let before = before.map(|(_, known)| known);
        let known = read(ecosystem, before.as_ref()).await?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, known.clone()));
        Ok(known)
    }
}

async fn read(ecosystem: &Ecosystem, before: Option<&Known>) -> Result<Known, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let mut all = Vec::new();
    for row in peers::list(&mut reader).await?.into_iter().filter(peers::Peer::is_asked) {
        let party = parties::find(&mut reader, row.party_id).await?;
        let Some(party) = party.filter(|party| party.status == PartyStatus::Active) else { continue };
        let members = crate::parties::owned(party_identifiers::of_party(&mut reader, party.id).await?);
        let made_of = (row, party.name.clone());
        let same = before.and_then(|known| known.peers.iter().find(|peer| peer.line.made_of == made_of));
        let line = match same {
            Some(peer) => Arc::clone(&peer.line),
            None => match line(ecosystem, made_of) {
                Ok(line) => Arc::new(line),
                Err(error) => {
                    tracing::error!(peer = party.name, %error, "a peer cannot be asked");
                    continue;
                }
            },
        };
        all.push(Arc::new(Peer { id: party.id, name: party.name, members, line }));
    }
    let held_here = match all.is_empty() {
        true => HashSet::new(),
        false => party_identifiers::of_participants(&mut reader).await?.into_iter().collect(),
    };
    let own_id = match before.filter(|known| !known.own_id.is_empty()) {
        Some(known) => Arc::clone(&known.own_id),
        // Nobody needs to know it.
        None if all.is_empty() => Arc::from(""),
        None => own_id(ecosystem, reader).await?,
    };
    Ok(Known { own_id, peers: all.into(), held_here: Arc::new(held_here) })
}

fn line(ecosystem: &Ecosystem, made_of: (peers::Peer, String)) -> Result<Line, ServiceError> {
    let row = &made_of.0;
    let client = crate::peers::client(ecosystem, row)?;
    let services = Service::ALL.into_iter().filter(|service| row.services.iter().any(|name| name == service.as_str()));
    let services = services.collect();
    let places = Semaphore::new(usize::try_from(row.most_calls).unwrap_or(Semaphore::MAX_PERMITS).max(1));
    Ok(Line { client, services, breaker: Breaker::default(), pauses: Pauses::default(), places, made_of })
}

/// The id of this ecosystem, made when it is asked for first.
async fn own_id(ecosystem: &Ecosystem, mut reader: Reader) -> Result<Arc<str>, ServiceError> {
    if let Some(id) = settings::get(&mut reader, ECOSYSTEM_ID).await? {
        return Ok(id.into());
    }
    drop(reader);
    let new = &ecosystem.new_id().to_string();
    let id = ecosystem.store().run_tx("name ecosystem", |tx| {
        Box::pin(async move {
            if let Some(id) = settings::get(tx, ECOSYSTEM_ID).await? {
                return Ok(id);
            }
            settings::put(tx, ECOSYSTEM_ID, new).await?;
            Ok::<_, ServiceError>(new.clone())
        })
    });
    Ok(id.await?.into())
}
