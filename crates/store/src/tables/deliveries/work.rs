//! Deliveries at work: addressed, taken by a worker, and ended.
//!
//! Of each stream of an endpoint one delivery at a time can be taken, the first that waits; those behind it are blocked
//! until it has ended. What a worker took is its own until the lease ends; what it says of it later is not heard.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use opnc_messages::event::EventName;
use uuid::Uuid;

use super::{Delivery, DeliveryState};
use crate::outbox::OutboxEvent;
use crate::row::Row;
use crate::statement::{ids, statements};
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// An event for an endpoint, before it is a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The delivery's id.
    pub id: Uuid,
    /// The event, in the outbox.
    pub event_id: Uuid,
    /// Where it goes.
    pub endpoint_id: Uuid,
    /// What order is kept per.
    pub stream: String,
    /// The event's name as the endpoint has subscribed to it.
    pub name: EventName,
    /// Whether who adds it also sends it, when nothing is before it.
    pub at_once: bool,
}

/// Who holds deliveries, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The worker.
    pub owner: Uuid,
    /// The time at which others may take them.
    pub until: Timestamp,
}

/// A delivery that a worker has taken, with its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The delivery.
    pub delivery: Delivery,
    /// Its event.
    pub event: Arc<OutboxEvent>,
    /// Failures that count.
    pub failures: u32,
    /// Until when further ones do not.
    pub failures_until: Option<Timestamp>,
}

impl Taken {
    /// A delivery that was added `at` a time and is held since then: what the database has of it.
    pub fn added(addressed: &Addressed, event: Arc<OutboxEvent>, lease: Lease, at: Timestamp) -> Self {
        let delivery = Delivery {
            id: addressed.id,
            event_id: addressed.event_id,
            endpoint_id: addressed.endpoint_id,
            stream: addressed.stream.clone(),
            name: addressed.name,
            state: DeliveryState::Waiting,
            attempts: 0,
            next_at: at,
            lease_until: Some(lease.until),
            last_status: None,
            last_error: None,
            created_at: at,
            done_at: None,
        };
        Self { delivery, event, failures: 0, failures_until: None }
    }
}

/// How an attempt has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The delivery.
    pub id: Uuid,
    /// What follows.
    pub then: Then,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// In words.
    pub error: String,
}

/// What follows from a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Another attempt.
    Retry {
        /// Not before this time.
        at: Timestamp,
        /// Failures that count by then.
        failures: u32,
        /// Until when further ones do not.
        failures_until: Option<Timestamp>,
    },
    /// The end, in this state.
    End(DeliveryState),
}

macro_rules! columns {
    () => {
        "d.id, d.event_id, d.endpoint_id, d.stream, d.name, d.state, d.attempts, d.next_at, d.lease_until, d.last_status,
         d.last_error, d.created_at, d.done_at, d.failures, d.failures_until,
         o.kind, o.payload, o.trace_id, o.created_at AS happened_at"
    };
}

statements! {
    ADD = "INSERT INTO deliveries (id, event_id, endpoint_id, stream, name, state, attempts, next_at, created_at,
             lease_owner, lease_until, blocked)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           ON CONFLICT (event_id, endpoint_id) DO NOTHING";
    THERE = concat!("SELECT id FROM deliveries WHERE id IN (", ids!(), ")");
    BUSY = concat!("SELECT stream, endpoint_id FROM deliveries WHERE state = 'waiting' AND stream IN (", ids!(), ")");
    DUE = concat!(
        "SELECT ", columns!(), " FROM deliveries d JOIN outbox o ON o.id = d.event_id
         WHERE d.endpoint_id = $1 AND d.state = 'waiting' AND d.blocked = 0 AND d.next_at <= $2
           AND (d.lease_until IS NULL OR d.lease_until <= $2)
         ORDER BY d.next_at, d.event_id LIMIT $3"
    );
    // Each half by an index of its own.
    WAITING_FOR = "SELECT id, event_id FROM deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND blocked = 0
                   UNION ALL
                   SELECT id, event_id FROM deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND blocked = 1
                   ORDER BY event_id";
    WITH_EVENTS = concat!(
        "SELECT ", columns!(), " FROM deliveries d JOIN outbox o ON o.id = d.event_id WHERE d.id IN (", ids!(), ")"
    );
    LEASE = concat!("UPDATE deliveries SET lease_owner = $51, lease_until = $52 WHERE id IN (", ids!(), ")");
    DELIVERED = concat!(
        "UPDATE deliveries
         SET state = 'delivered', attempts = attempts + 1, done_at = $52, last_status = $53, last_error = NULL,
             lease_owner = NULL, lease_until = NULL
         WHERE lease_owner = $51 AND id IN (", ids!(), ")
         RETURNING id"
    );
    RETRY = "UPDATE deliveries
             SET attempts = attempts + 1, next_at = $3, failures = $4, failures_until = $5, last_status = $6,
                 last_error = $7, lease_owner = NULL, lease_until = NULL
             WHERE id = $1 AND lease_owner = $2";
    END = "UPDATE deliveries
           SET attempts = attempts + 1, state = $3, done_at = $4, last_status = $5, last_error = $6,
               lease_owner = NULL, lease_until = NULL
           WHERE id = $1 AND lease_owner = $2";
    BLOCKED = "SELECT id FROM deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND blocked = 1 LIMIT 1";
    NEXT_OF_STREAM = concat!(
        "UPDATE deliveries SET blocked = 0
         WHERE state = 'waiting' AND blocked = 1
           AND id IN (SELECT (SELECT s.id FROM deliveries s
                              WHERE s.endpoint_id = d.endpoint_id AND s.stream = d.stream AND s.state = 'waiting'
                              ORDER BY s.event_id LIMIT 1)
                      FROM deliveries d WHERE d.id IN (", ids!(), "))"
    );
    GIVE_BACK = concat!(
        "UPDATE deliveries SET lease_owner = NULL, lease_until = NULL
         WHERE lease_owner = $51 AND id IN (", ids!(), ")"
    );
    UNBLOCK = "UPDATE deliveries SET blocked = 0
               WHERE state = 'waiting' AND blocked = 1
                 AND NOT EXISTS (SELECT 1 FROM deliveries w
                                 WHERE w.endpoint_id = deliveries.endpoint_id AND w.stream = deliveries.stream
                                   AND w.state = 'waiting' AND w.id <> deliveries.id
                                   AND (w.event_id < deliveries.event_id OR w.blocked = 0))";
    WAIT_FOR_EARLIER = "UPDATE deliveries SET blocked = 1
                        WHERE state = 'waiting' AND blocked = 0 AND (lease_until IS NULL OR lease_until <= $1)
                          AND EXISTS (SELECT 1 FROM deliveries w
                                      WHERE w.endpoint_id = deliveries.endpoint_id AND w.stream = deliveries.stream
                                        AND w.state = 'waiting' AND w.event_id < deliveries.event_id)";
}

/// Adds deliveries; what is on its way to its endpoint already is left out. Those that are to be sent at once are held by
/// the lease, as if they were taken, unless an earlier one of their stream waits: the ids of those that are held.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(
    tx: &mut Tx<'_>,
    addressed: &[Addressed],
    lease: Lease,
    now: Timestamp,
) -> Result<HashSet<Uuid>, StoreError> {
    let mut busy = busy(tx, addressed).await?;
    let mut held = HashSet::new();
    let rows = addressed.iter().map(|row| {
        // The first of its stream is in the way of those behind it.
        let blocked = !busy.insert((row.stream.clone(), row.endpoint_id));
        let lease = (row.at_once && !blocked).then_some(lease);
        if lease.is_some() {
            held.insert(row.id);
        }
        [
            Value::from(row.id),
            row.event_id.into(),
            row.endpoint_id.into(),
            (&row.stream).into(),
            row.name.as_str().into(),
            DeliveryState::Waiting.as_str().into(),
            0_u32.into(),
            now.into(),
            now.into(),
            lease.map(|lease| lease.owner).into(),
            lease.map(|lease| lease.until).into(),
            blocked.into(),
        ]
    });
    let added = tx.insert_all(&ADD, rows).await?;
    if usize::try_from(added) != Ok(addressed.len()) {
        // What was left out is with somebody else, or done: it is not sent, and nothing waits for it.
        let ids: Vec<Uuid> = addressed.iter().map(|row| row.id).collect();
        let mut there = HashSet::new();
        for (statement, values) in tx.by_ids(&THERE, &ids, []) {
            for row in tx.fetch_all(statement, values).await? {
                there.insert(row.uuid("id")?);
            }
        }
        held.retain(|id| there.contains(id));
        unblock(tx).await?;
    }
    Ok(held)
}

/// The streams of these that something waits in, with the endpoint.
async fn busy(reader: &mut Reader, addressed: &[Addressed]) -> Result<HashSet<(String, Uuid)>, StoreError> {
    let streams: HashSet<&str> = addressed.iter().map(|row| row.stream.as_str()).collect();
    let streams: Vec<&str> = streams.into_iter().collect();
    let mut busy = HashSet::new();
    for (statement, values) in reader.by_ids(&BUSY, &streams, []) {
        for row in reader.fetch_all(statement, values).await? {
            busy.insert((row.text("stream")?, row.uuid("endpoint_id")?));
        }
    }
    Ok(busy)
}

/// Takes up to `limit` deliveries to an endpoint whose time has come, the longest waiting first, and holds them until
/// `until` under the name of `owner`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn take(
    tx: &mut Tx<'_>,
    endpoint: Uuid,
    owner: Uuid,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Taken>, StoreError> {
    let rows = tx.fetch_all(&DUE, [endpoint.into(), now.into(), limit.into()]).await?;
    let taken = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<Uuid> = taken.iter().map(|taken| taken.delivery.id).collect();
    for (statement, values) in tx.by_ids(&LEASE, &ids, [owner.into(), until.into()]) {
        tx.execute(statement, values).await?;
    }
    Ok(taken)
}

/// The ids of the deliveries that wait for an endpoint, whoever holds them, in the order of their events.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting_for(reader: &mut Reader, endpoint: Uuid) -> Result<Vec<Uuid>, StoreError> {
    reader.fetch_all(&WAITING_FOR, [endpoint.into()]).await?.iter().map(|row| row.uuid("id")).collect()
}

/// The deliveries with these ids, in the order of their events.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn with_events(reader: &mut Reader, ids: &[Uuid]) -> Result<Vec<Taken>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for (statement, values) in reader.by_ids(&WITH_EVENTS, ids, []) {
        for row in reader.fetch_all(statement, values).await? {
            found.push(read(&row)?);
        }
    }
    found.sort_by_key(|taken| taken.event.id);
    Ok(found)
}

/// Ends deliveries that were answered with this status; those that `owner` still held.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn delivered(
    tx: &mut Tx<'_>,
    owner: Uuid,
    status: u16,
    ids: &[Uuid],
    now: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let mut ended = Vec::new();
    for (statement, values) in tx.by_ids(&DELIVERED, ids, [owner.into(), now.into(), i64::from(status).into()]) {
        for row in tx.fetch_all(statement, values).await? {
            ended.push(row.uuid("id")?);
        }
    }
    Ok(ended)
}

/// Takes down a failure; whether `owner` still held the delivery.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn failed(tx: &mut Tx<'_>, owner: Uuid, failed: &Failed, now: Timestamp) -> Result<bool, StoreError> {
    let status = Value::Int(failed.status.map(i64::from));
    let changed = match &failed.then {
        Then::Retry { at, failures, failures_until } => {
            let (at, until) = ((*at).into(), (*failures_until).into());
            let values =
                [failed.id.into(), owner.into(), at, (*failures).into(), until, status, (&failed.error).into()];
            tx.execute(&RETRY, values).await?
        }
        Then::End(state) => {
            let state = state.as_str().into();
            let values = [failed.id.into(), owner.into(), state, now.into(), status, (&failed.error).into()];
            tx.execute(&END, values).await?
        }
    };
    Ok(changed > 0)
}

/// Lets what waits behind these deliveries to an endpoint, which have ended, be taken.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unblock_behind(tx: &mut Tx<'_>, endpoint: Uuid, ended: &[Uuid]) -> Result<(), StoreError> {
    if tx.fetch_optional(&BLOCKED, [endpoint.into()]).await?.is_none() {
        return Ok(());
    }
    for (statement, values) in tx.by_ids(&NEXT_OF_STREAM, ended, []) {
        tx.execute(statement, values).await?;
    }
    Ok(())
}

/// Has what waits, and is not under way, wait for what is before it in its stream: after deliveries have come back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn wait_for_earlier(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&WAIT_FOR_EARLIER, [now.into()]).await
}

/// Lets the first of each stream be taken, where nothing holds it up and nothing is under way: after deliveries have gone,
/// or waited again.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unblock(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.execute(&UNBLOCK, []).await
}

/// Ends the leases of deliveries that were not tried.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn give_back(tx: &mut Tx<'_>, owner: Uuid, ids: &[Uuid]) -> Result<(), StoreError> {
    for (statement, values) in tx.by_ids(&GIVE_BACK, ids, [owner.into()]) {
        tx.execute(statement, values).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Taken, StoreError> {
    let delivery = super::read(row)?;
    let event = OutboxEvent {
        id: delivery.event_id,
        kind: row.text("kind")?,
        payload: row.text("payload")?,
        trace_id: row.uuid("trace_id")?,
        created_at: row.time("happened_at")?,
        attempts: 0,
    };
    Ok(Taken {
        delivery,
        event: Arc::new(event),
        failures: u32::try_from(row.count("failures")?).unwrap_or(u32::MAX),
        failures_until: row.time_or_null("failures_until")?,
    })
}
