//! Who hears of an event: only the parties it is about, and of those the endpoints that have asked for it.
//!
//! Roots concern everybody (E11), those of peers everybody but peers. A contract concerns the OEM of its car, by the WMI;
//! what became of that message, and what happens to a car with a contract, concerns the eMSP of the contract (E10).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use opnc_messages::event::{EventKind, EventName};
use opnc_messages::{Role, RootType};
use opnc_store::Reader;
use opnc_store::event_endpoints::{self, Endpoint};
use opnc_store::outbox::OutboxEvent;
use opnc_store::parties::{self, PartyStatus};
use opnc_store::party_identifiers::PartyIdentifier;
use uuid::Uuid;

use super::facts::{ContractFacts, Facts};
use crate::{Ecosystem, ServiceError};

/// An endpoint that is to hear of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// The name under which it has asked for the event.
    pub name: EventName,
    /// What order is kept per: a keyed hash of the contract, else of the root.
    pub stream: String,
}

/// An event, as it was read.
pub(super) struct About {
    pub(super) event: Uuid,
    pub(super) kind: EventKind,
    pub(super) facts: Arc<Facts>,
}

/// Everybody whom some events could be for, as parties and endpoints stand now: read at once for all of these events.
#[derive(Default)]
pub(super) struct Listeners {
    everybody: Vec<Listener>,
    holders: HashMap<PartyIdentifier, Vec<Listener>>,
    tested: HashMap<Uuid, Listener>,
}

/// An endpoint with the role of its party.
type Listener = (Arc<Endpoint>, Role);

/// The endpoints that are to hear of an event, as parties and endpoints stand now. A parked endpoint is among them.
///
/// # Errors
/// When the store fails, or the event was not written by this program.
pub async fn recipients(
    ecosystem: &Ecosystem,
    reader: &mut Reader,
    event: &OutboxEvent,
) -> Result<Vec<Recipient>, ServiceError> {
    let (kind, facts) = Facts::of(event)?;
    let about = About { event: event.id, kind, facts: Arc::new(facts) };
    let listeners = Listeners::of(reader, std::slice::from_ref(&about)).await?;
    Ok(listeners.recipients(ecosystem, &about))
}

impl Listeners {
    /// Reads whom these events could be for.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn of(reader: &mut Reader, events: &[About]) -> Result<Self, ServiceError> {
        let (mut roots, mut identities, mut tests) = (false, HashSet::new(), HashSet::new());
        for event in events {
            match &*event.facts {
                Facts::Root(_) => roots = true,
                Facts::Contract(contract) => {
                    identities.insert(side(event.kind, contract));
                }
                Facts::Endpoint(id) => {
                    tests.insert(*id);
                }
            }
        }
        let mut listeners = Self::default();
        if roots {
            let everybody = event_endpoints::enabled(reader).await?.into_iter();
            listeners.everybody = everybody.map(|(endpoint, role)| (Arc::new(endpoint), role)).collect();
        }
        let identities: Vec<PartyIdentifier> = identities.into_iter().collect();
        for (identity, endpoint, role) in event_endpoints::of_holders(reader, &identities).await? {
            listeners.holders.entry(identity).or_default().push((Arc::new(endpoint), role));
        }
        for id in tests {
            if let Some(listener) = tested(reader, id).await? {
                listeners.tested.insert(id, listener);
            }
        }
        Ok(listeners)
    }

    /// Those of them that are to hear of one of these events.
    pub(super) fn recipients(&self, ecosystem: &Ecosystem, event: &About) -> Vec<Recipient> {
        let endpoints: Vec<&Arc<Endpoint>> = match &*event.facts {
            // Peers hear of our own roots alone, so that nothing is recognised at second hand.
            Facts::Root(root) => {
                let wants = |(endpoint, role): &&Listener| {
                    wants_root(endpoint, &root.types) && !(root.of_peer && *role == Role::Peer)
                };
                self.everybody.iter().filter(wants).map(|(endpoint, _)| endpoint).collect()
            }
            Facts::Contract(contract) => self.concerned(event.kind, contract),
            Facts::Endpoint(id) => self.tested.get(id).map(|(endpoint, _)| endpoint).into_iter().collect(),
        };
        if endpoints.is_empty() {
            return Vec::new();
        }
        let stream = ecosystem.pseudonyms().of(&event.facts.stream());
        let recipients = endpoints.into_iter().filter_map(|endpoint| {
            let name = name(endpoint, event.kind)?;
            Some(Recipient { endpoint: Arc::clone(endpoint), name, stream: stream.clone() })
        });
        recipients.collect()
    }

    /// The endpoints of the one side of a contract that an event of this kind is for.
    fn concerned(&self, kind: EventKind, contract: &ContractFacts) -> Vec<&Arc<Endpoint>> {
        let (wmi, provider) = (contract.pcid.wmi(), contract.emaid.provider_id());
        let (identity, to_oem) = (side(kind, contract), is_to_oem(kind));
        let concerns = |(endpoint, role): &&Listener| {
            let is_side = match role {
                Role::Oem => to_oem,
                Role::EmspOwnPki | Role::EmspNoPki => !to_oem,
                // It holds the identity for one of its members.
                Role::Peer => true,
                Role::Admin | Role::Cpo | Role::Cps => false,
            };
            is_side
                && endpoint.acting.as_ref().is_none_or(|acting| *acting == identity)
                && (endpoint.wmis.is_empty() || endpoint.wmis.contains(&wmi))
                && (endpoint.providers.is_empty() || endpoint.providers.contains(&provider))
        };
        let holders = self.holders.get(&identity).map(Vec::as_slice).unwrap_or_default();
        holders.iter().filter(concerns).map(|(endpoint, _)| endpoint).collect()
    }
}

fn is_to_oem(kind: EventKind) -> bool {
    matches!(kind, EventKind::ContractCreated | EventKind::ContractUpdated | EventKind::ContractDeleted)
}

/// Who holds this identity hears of a contract: the side that an event of this kind is for.
fn side(kind: EventKind, contract: &ContractFacts) -> PartyIdentifier {
    match is_to_oem(kind) {
        true => PartyIdentifier::Wmi(contract.pcid.wmi()),
        false => PartyIdentifier::Provider(contract.emaid.provider_id()),
    }
}

/// The name under which an endpoint has asked for a kind of event; of several the first.
fn name(endpoint: &Endpoint, kind: EventKind) -> Option<EventName> {
    if kind == EventKind::Test {
        return Some(kind.canonical());
    }
    endpoint.enabled_events.iter().copied().find(|name| name.kind() == kind)
}

fn wants_root(endpoint: &Endpoint, types: &[RootType]) -> bool {
    endpoint.root_types.is_empty() || endpoint.root_types.iter().any(|wanted| types.contains(wanted))
}

/// The endpoint that a test is for, as long as it and its party may hear of anything.
async fn tested(reader: &mut Reader, id: Uuid) -> Result<Option<Listener>, ServiceError> {
    let Some(endpoint) = event_endpoints::find(reader, id).await?.filter(|endpoint| endpoint.enabled) else {
        return Ok(None);
    };
    let party = parties::find(reader, endpoint.party_id).await?;
    let party = party.filter(|party| party.status == PartyStatus::Active);
    Ok(party.map(|party| (Arc::new(endpoint), party.role)))
}
