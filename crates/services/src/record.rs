//! What a change leaves behind in its own transaction: a line in the audit log and an event in the outbox.

use opnc_messages::operation::Operation;
use opnc_store::{Tx, audit, outbox};
use serde_json::Value;

use crate::{Caller, Ecosystem, ServiceError};

/// An event that somebody may want to hear of, as the outbox keeps it.
pub(crate) struct Event {
    /// Its name in the specification, without the family prefix of the receiver (`root.cert.added`…).
    pub(crate) kind: &'static str,
    /// What it is about; the audience and the payloads are made from this at delivery.
    pub(crate) payload: Value,
}

/// Writes down who changed what. `subject` is the identifier in normal form; only its pseudonym is kept.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    operation: Operation,
    subject: &str,
) -> Result<(), ServiceError> {
    let entry = audit::AuditEntry {
        id: ecosystem.new_id(),
        at: ecosystem.now(),
        party_id: caller.party_id(),
        operation: operation.info().name.to_owned(),
        subject_hash: ecosystem.pseudonyms().of(subject),
        trace_id: caller.trace,
    };
    Ok(audit::append(tx, &entry).await?)
}

/// Puts an event into the outbox.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    event: Event,
) -> Result<(), ServiceError> {
    let entry = outbox::OutboxEvent {
        id: ecosystem.new_id(),
        kind: event.kind.to_owned(),
        payload: event.payload.to_string(),
        trace_id: caller.trace,
        created_at: ecosystem.now(),
        attempts: 0,
    };
    Ok(outbox::append(tx, &entry).await?)
}
