//! What an eMSP hears of a message to the OEM: sent, queued, rejected; and delivered, when the contract has left the pool
//! for the car.
//!
//! An OEM with several endpoints is one OEM: it has heard of a contract once one of them has, and not before all have
//! refused it has it refused. What an operator has sent once more tells no story again: the eMSP would hear of it under
//! another id.

use opnc_messages::event::EventKind;
use opnc_store::Tx;
use opnc_store::contracts::Contract;
use opnc_store::deliveries::{self, Delivery, DeliveryState};
use opnc_store::outbox::{self, OutboxEvent};
use serde_json::Value;
use uuid::Uuid;

use super::facts;
use crate::{Ecosystem, ServiceError};

/// The OEM has taken `event`; `delivery` is as it was before that.
///
/// # Errors
/// When the store fails.
pub async fn sent(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    event: &OutboxEvent,
    delivery: &Delivery,
) -> Result<(), ServiceError> {
    let kind = match EventKind::parse(&event.kind) {
        Some(EventKind::ContractCreated) => EventKind::CreationSent,
        Some(EventKind::ContractUpdated) => EventKind::UpdateSent,
        Some(EventKind::ContractDeleted) => EventKind::DeletionSent,
        _ => return Ok(()),
    };
    let others = others(tx, delivery).await?;
    if delivery.has_arrived() || others.iter().any(Delivery::has_arrived) {
        return Ok(());
    }
    follow(tx, ecosystem, event, kind).await
}

/// The first try to tell the OEM of `event` has failed, and `delivery` is tried again.
///
/// # Errors
/// When the store fails.
pub async fn queued(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    event: &OutboxEvent,
    delivery: &Delivery,
) -> Result<(), ServiceError> {
    if !is_message_to_oem(event) {
        return Ok(());
    }
    let others = others(tx, delivery).await?;
    let is_known =
        |other: &Delivery| other.has_arrived() || (other.state == DeliveryState::Waiting && other.attempts > 0);
    if delivery.has_arrived() || others.iter().any(is_known) {
        return Ok(());
    }
    follow(tx, ecosystem, event, EventKind::Queued).await
}

/// The OEM has refused `event`, or all tries of `delivery` are spent.
///
/// # Errors
/// When the store fails.
pub async fn rejected(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    event: &OutboxEvent,
    delivery: &Delivery,
) -> Result<(), ServiceError> {
    if !is_message_to_oem(event) {
        return Ok(());
    }
    let others = others(tx, delivery).await?;
    let may_still_take = |other: &Delivery| matches!(other.state, DeliveryState::Delivered | DeliveryState::Waiting);
    if delivery.has_arrived() || others.iter().any(may_still_take) {
        return Ok(());
    }
    follow(tx, ecosystem, event, EventKind::Rejected).await
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
    append(tx, ecosystem, EventKind::Delivered, &payload, trace).await
}

fn is_message_to_oem(event: &OutboxEvent) -> bool {
    let kind = EventKind::parse(&event.kind);
    matches!(kind, Some(EventKind::ContractCreated | EventKind::ContractUpdated | EventKind::ContractDeleted))
}

/// The deliveries of the same event to other endpoints.
async fn others(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<Vec<Delivery>, ServiceError> {
    let mut others = deliveries::of_event(tx, delivery.event_id).await?;
    others.retain(|other| other.id != delivery.id);
    Ok(others)
}

/// An event of another kind about the same contract.
async fn follow(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    event: &OutboxEvent,
    kind: EventKind,
) -> Result<(), ServiceError> {
    let payload: Value = serde_json::from_str(&event.payload).map_err(ServiceError::internal)?;
    append(tx, ecosystem, kind, &payload, event.trace_id).await
}

async fn append(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    kind: EventKind,
    payload: &Value,
    trace: Uuid,
) -> Result<(), ServiceError> {
    let event = OutboxEvent {
        id: ecosystem.new_id(),
        kind: kind.as_str().to_owned(),
        payload: payload.to_string(),
        trace_id: trace,
        created_at: ecosystem.now(),
        attempts: 0,
    };
    Ok(outbox::append(tx, &event).await?)
}
