//! Who hears of an event: only the parties it is about, and of those the endpoints that have asked for it.
//!
//! Roots concern everybody (E11), those of peers everybody but peers. A contract concerns the OEM of its car, by the WMI;
//! what became of that message, and what happens to a car with a contract, concerns the eMSP of the contract (E10).

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
    pub endpoint: Endpoint,
    /// The name under which it has asked for the event.
    pub name: EventName,
    /// What order is kept per: a keyed hash of the contract, else of the root.
    pub stream: String,
}

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
    let endpoints = match &facts {
        Facts::Root(root) => {
            let mut found = event_endpoints::enabled(reader).await?;
            // Peers hear of our own roots alone, so that nothing is recognised at second hand.
            found
                .retain(|(endpoint, role)| wants_root(endpoint, &root.types) && !(root.of_peer && *role == Role::Peer));
            found
        }
        Facts::Contract(contract) => concerned(reader, kind, contract).await?,
        Facts::Endpoint(id) => tested(reader, *id).await?,
    };
    let stream = ecosystem.pseudonyms().of(&facts.stream());
    let recipients = endpoints.into_iter().filter_map(|(endpoint, _)| {
        let name = name(&endpoint, kind)?;
        Some(Recipient { endpoint, name, stream: stream.clone() })
    });
    Ok(recipients.collect())
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

/// The endpoints of the one side of a contract that an event of this kind is for.
async fn concerned(
    reader: &mut Reader,
    kind: EventKind,
    contract: &ContractFacts,
) -> Result<Vec<(Endpoint, Role)>, ServiceError> {
    let (wmi, provider) = (contract.pcid.wmi(), contract.emaid.provider_id());
    let to_oem = matches!(kind, EventKind::ContractCreated | EventKind::ContractUpdated | EventKind::ContractDeleted);
    let identity = if to_oem { PartyIdentifier::Wmi(wmi.clone()) } else { PartyIdentifier::Provider(provider.clone()) };
    let mut found = event_endpoints::of_holders(reader, &identity).await?;
    found.retain(|(endpoint, role)| {
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
    });
    Ok(found)
}

/// The endpoint that a test is for, as long as it and its party may hear of anything.
async fn tested(reader: &mut Reader, id: Uuid) -> Result<Vec<(Endpoint, Role)>, ServiceError> {
    let Some(endpoint) = event_endpoints::find(reader, id).await?.filter(|endpoint| endpoint.enabled) else {
        return Ok(Vec::new());
    };
    let party = parties::find(reader, endpoint.party_id).await?;
    let party = party.filter(|party| party.status == PartyStatus::Active);
    Ok(party.map(|party| (endpoint, party.role)).into_iter().collect())
}
