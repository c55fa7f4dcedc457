//! What an eMSP hears of a message to the OEM: sent, queued, rejected; and delivered, when the contract has left the pool
//! for the car.
//!
//! An OEM with several endpoints is one OEM: it has heard of a contract once one of them has, and not before all have
//! refused it has it refused. What an operator has sent once more tells no story again: the eMSP would hear of it under
//! another id.

use std::collections::{BTreeSet, HashMap};

use opnc_messages::event::EventKind;
use opnc_store::contracts::Contract;
use opnc_store::deliveries::{self, Delivery, DeliveryState, work};
use opnc_store::outbox::{self, OutboxEvent};
use opnc_store::{Reader, Tx};
use uuid::Uuid;

use super::facts;
use crate::{Ecosystem, ServiceError};

/// Deliveries that are read at once.
const PAGE: usize = 500;

/// What eMSPs are to hear of, gathered while what came of many attempts is written down, and appended at once.
///
/// What was told of a delivery is not told again when it is made once more: it is the same message to the same OEM.
pub struct Story<'a> {
    ecosystem: &'a Ecosystem,
    /// The deliveries of those events that go to several endpoints, as they stand by now.
    shared: HashMap<Uuid, Vec<Delivery>>,
    told: Vec<Told>,
}

/// A piece of a story: what the eMSP is to hear.
pub struct Told {
    /// An event about the same contract.
    pub event: OutboxEvent,
    /// The message to the OEM that it follows.
    pub of: Uuid,
}

impl<'a> Story<'a> {
    /// Reads how the deliveries of these events stand, which may be for several endpoints. Comes before anything is written
    /// down.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(
        reader: &mut Reader,
        ecosystem: &'a Ecosystem,
        events: &mut (dyn Iterator<Item = &OutboxEvent> + Send),
    ) -> Result<Self, ServiceError> {
        let ids: BTreeSet<Uuid> = events.filter(|event| is_message_to_oem(event)).map(|event| event.id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut shared: HashMap<Uuid, Vec<Delivery>> = HashMap::new();
        for delivery in deliveries::shared(reader, &ids).await? {
            shared.entry(delivery.event_id).or_default().push(delivery);
        }
        Ok(Self { ecosystem, shared, told: Vec::new() })
    }

    /// The OEM has taken `event`: `delivery` has come to its end with a success.
    pub fn sent(&mut self, event: &OutboxEvent, delivery: &Delivery) {
        let kind = match EventKind::parse(&event.kind) {
            Some(EventKind::ContractCreated) => EventKind::CreationSent,
            Some(EventKind::ContractUpdated) => EventKind::UpdateSent,
            Some(EventKind::ContractDeleted) => EventKind::DeletionSent,
            _ => return,
        };
        let is_new = !delivery.has_arrived() && !self.others(delivery).any(Delivery::has_arrived);
        self.now_stands(delivery, DeliveryState::Delivered);
        if is_new {
            self.follow(event, kind);
        }
    }

    /// The first try to tell the OEM of `event` has failed, and `delivery` is tried again.
    pub fn queued(&mut self, event: &OutboxEvent, delivery: &Delivery) {
        let is_tried = |other: &Delivery| other.state == DeliveryState::Waiting && other.attempts > 0;
        let is_known = self.others(delivery).any(|other| other.has_arrived() || is_tried(other));
        self.now_stands(delivery, DeliveryState::Waiting);
        if is_message_to_oem(event) && !delivery.has_arrived() && !is_known {
            self.follow(event, EventKind::Queued);
        }
    }

    /// The OEM has refused `event`, or all tries of `delivery` are spent.
    pub fn rejected(&mut self, event: &OutboxEvent, delivery: &Delivery) {
        let is_open = self.others(delivery).any(|other| other.has_arrived() || other.state == DeliveryState::Waiting);
        self.now_stands(delivery, DeliveryState::Rejected);
        if is_message_to_oem(event) && !delivery.has_arrived() && !is_open {
            self.follow(event, EventKind::Rejected);
        }
    }

    /// What was gathered, in its order: events that are not in the outbox yet.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn told(mut self, tx: &mut Tx<'_>) -> Result<Vec<Told>, ServiceError> {
        for told in &mut self.told {
            told.event.id = outbox::next_id(tx, told.event.id).await?;
        }
        Ok(self.told)
    }

    /// The deliveries of the same event to other endpoints.
    fn others(&self, delivery: &Delivery) -> impl Iterator<Item = &Delivery> {
        let all = self.shared.get(&delivery.event_id).map(Vec::as_slice).unwrap_or_default();
        let own = delivery.id;
        all.iter().filter(move |other| other.id != own)
    }

    /// What the deliveries beside this one have to know of it.
    fn now_stands(&mut self, delivery: &Delivery, state: DeliveryState) {
        let all = self.shared.get_mut(&delivery.event_id).into_iter().flatten();
        for own in all.filter(|one| one.id == delivery.id) {
            own.state = state;
            own.attempts = own.attempts.saturating_add(1);
        }
    }

    /// An event of another kind about the same contract.
    fn follow(&mut self, event: &OutboxEvent, kind: EventKind) {
        let event_of_its_own = row(self.ecosystem, kind, event.payload.clone(), event.trace_id);
        self.told.push(Told { event: event_of_its_own, of: event.id });
    }
}

/// An endpoint goes with all that waits for it: what no other endpoint of the OEM has taken or may still take is refused.
///
/// # Errors
/// When the store fails.
pub(super) async fn endpoint_goes(tx: &mut Tx<'_>, ecosystem: &Ecosystem, endpoint: Uuid) -> Result<(), ServiceError> {
    for page in work::waiting_for(tx, endpoint).await?.chunks(PAGE) {
        let waiting = work::with_events(tx, page).await?;
        let mut story = Story::of(tx, ecosystem, &mut waiting.iter().map(|one| &*one.event)).await?;
        for one in &waiting {
            story.rejected(&one.event, &one.delivery);
        }
        let told: Vec<_> = story.told(tx).await?.into_iter().map(|told| told.event).collect();
        outbox::append_all(tx, &told).await?;
    }
    Ok(())
}

/// The contract was fetched by the OEM, or installed through a station, for the first time. `trace` is the request.
///
/// # Errors
/// When the store fails.
pub async fn delivered(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    contract: &Contract,
    trace: Uuid,
) -> Result<(), ServiceError> {
    let payload = facts::of_contract(tx, contract).await?;
    let mut event = row(ecosystem, EventKind::Delivered, payload.to_string(), trace);
    event.id = outbox::next_id(tx, event.id).await?;
    Ok(outbox::append(tx, &event).await?)
}

fn is_message_to_oem(event: &OutboxEvent) -> bool {
    let kind = EventKind::parse(&event.kind);
    matches!(kind, Some(EventKind::ContractCreated | EventKind::ContractUpdated | EventKind::ContractDeleted))
}

fn row(ecosystem: &Ecosystem, kind: EventKind, payload: String, trace: Uuid) -> OutboxEvent {
    OutboxEvent {
        id: ecosystem.new_id(),
        kind: kind.as_str().to_owned(),
        payload,
        trace_id: trace,
        created_at: ecosystem.now(),
        attempts: 0,
    }
}
