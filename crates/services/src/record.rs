//! What an action leaves behind: a line in the audit log and an event in the outbox, in the transaction of the change.

use opnc_messages::event::EventKind;
use opnc_messages::operation::Operation;
use opnc_store::audit::{self, AuditEntry, Outcome};
use opnc_store::contracts::Contract;
use opnc_store::{Tx, outbox};
use serde_json::Value;
use uuid::Uuid;

use crate::events::facts;
use crate::{Caller, Ecosystem, ServiceError};

/// The longest name of an account that is kept.
const LONGEST_NAME: usize = 100;

/// An event that somebody may want to hear of, as the outbox keeps it.
pub(crate) struct Event {
    /// What happened.
    pub(crate) kind: EventKind,
    /// What it is about, of [`facts`]; the audience and the payloads are made from this at delivery.
    pub(crate) payload: Value,
}

/// What was done, by its name in the audit log: an operation of OPNC, or one of our own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Action(&'static str);

impl From<Operation> for Action {
    fn from(operation: Operation) -> Self {
        Self(operation.info().name)
    }
}

/// An action that OPNC has no name for, in the same style: `ApproveRootChange`.
impl From<&'static str> for Action {
    fn from(name: &'static str) -> Self {
        Self(name)
    }
}

/// Writes down who changed what. `subject` is the identifier in normal form; only its pseudonym is kept.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    action: impl Into<Action>,
    subject: &str,
) -> Result<(), ServiceError> {
    note_outcome(tx, caller, ecosystem, action, subject, Outcome::Done);
    Ok(())
}

/// The same for what is not done, or not yet.
pub(crate) fn note_outcome(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    action: impl Into<Action>,
    subject: &str,
    outcome: Outcome,
) {
    let entry = AuditEntry {
        id: ecosystem.new_id(),
        at: ecosystem.now(),
        party_id: caller.party_id(),
        actor: caller.operator.as_deref().map(plain),
        operation: action.into().0.to_owned(),
        outcome,
        subject_hash: ecosystem.pseudonyms().of(subject),
        trace_id: caller.trace,
    };
    audit::append(tx, entry);
}

/// The name of an account comes from the environment: without control characters, and not too long.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

/// Puts an event into the outbox; its id.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    event: Event,
) -> Result<Uuid, ServiceError> {
    let entry = outbox::OutboxEvent {
        id: outbox::next_id(tx, ecosystem.new_id()).await?,
        kind: event.kind.as_str().to_owned(),
        payload: event.payload.to_string(),
        trace_id: caller.trace,
        created_at: ecosystem.now(),
        attempts: 0,
    };
    outbox::append(tx, &entry).await?;
    Ok(entry.id)
}

/// The same for an event about a contract.
pub(crate) async fn tell_contract(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    kind: EventKind,
    contract: &Contract,
) -> Result<(), ServiceError> {
    let payload = facts::of_contract(tx, contract).await?;
    tell(tx, caller, ecosystem, Event { kind, payload }).await.map(drop)
}
