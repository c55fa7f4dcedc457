//! Deliveries at work: addressed, taken by a worker, and ended.
//!
//! Of each stream of an endpoint one delivery at a time can be taken, the first that waits; those behind it are blocked
//! until it has ended. What a worker took is its own until the lease ends; what it says of it later is not heard.

use jiff::Timestamp;
use opnc_messages::event::EventName;
use uuid::Uuid;

use super::{Delivery, DeliveryState};
use crate::outbox::OutboxEvent;
use crate::row::Row;
use crate::statement::{batches, ids, statements};
use crate::value::Value;
use crate::{StoreError, Tx};

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
}

/// A delivery that a worker has taken, with its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The delivery.
    pub delivery: Delivery,
    /// Its event.
    pub event: OutboxEvent,
    /// Failures that count.
    pub failures: u32,
    /// Until when further ones do not.
    pub failures_until: Option<Timestamp>,
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

/// Rows that one statement inserts.
const ROWS: usize = 10;

macro_rules! row {
    ($id:literal, $event:literal, $endpoint:literal, $stream:literal, $name:literal, $blocked:literal) => {
        concat!(
            "(",
            $id,
            ", ",
            $event,
            ", ",
            $endpoint,
            ", ",
            $stream,
            ", ",
            $name,
            ",
              CASE WHEN EXISTS (SELECT 1 FROM deliveries w
                                WHERE w.endpoint_id = ",
            $endpoint,
            " AND w.stream = ",
            $stream,
            "
                                  AND w.state = 'waiting')
                   THEN 1 ELSE CAST(",
            $blocked,
            " AS BIGINT) END,
              'waiting', 0, $1, $1)"
        )
    };
}

statements! {
    ADD = concat!(
        "INSERT INTO deliveries (id, event_id, endpoint_id, stream, name, blocked, state, attempts, next_at, created_at)
         VALUES ",
        row!("$2", "$3", "$4", "$5", "$6", "$7"), ", ",
        row!("$8", "$9", "$10", "$11", "$12", "$13"), ", ",
        row!("$14", "$15", "$16", "$17", "$18", "$19"), ", ",
        row!("$20", "$21", "$22", "$23", "$24", "$25"), ", ",
        row!("$26", "$27", "$28", "$29", "$30", "$31"), ", ",
        row!("$32", "$33", "$34", "$35", "$36", "$37"), ", ",
        row!("$38", "$39", "$40", "$41", "$42", "$43"), ", ",
        row!("$44", "$45", "$46", "$47", "$48", "$49"), ", ",
        row!("$50", "$51", "$52", "$53", "$54", "$55"), ", ",
        row!("$56", "$57", "$58", "$59", "$60", "$61"),
        " ON CONFLICT (event_id, endpoint_id) DO NOTHING"
    );
    DUE = "SELECT d.id, d.event_id, d.endpoint_id, d.stream, d.name, d.state, d.attempts, d.next_at, d.lease_until,
             d.last_status, d.last_error, d.created_at, d.done_at, d.ended_as, d.failures, d.failures_until,
             o.kind, o.payload, o.trace_id, o.created_at AS happened_at
           FROM deliveries d JOIN outbox o ON o.id = d.event_id
           WHERE d.endpoint_id = $1 AND d.state = 'waiting' AND d.blocked = 0 AND d.next_at <= $2
             AND (d.lease_until IS NULL OR d.lease_until <= $2)
           ORDER BY d.next_at, d.event_id LIMIT $3";
    LEASE = concat!("UPDATE deliveries SET lease_owner = $51, lease_until = $52 WHERE id IN (", ids!(), ")");
    DELIVERED = concat!(
        "UPDATE deliveries
         SET state = 'delivered', attempts = attempts + 1, done_at = $52, last_status = $53, last_error = NULL,
             lease_owner = NULL, lease_until = NULL
         WHERE lease_owner = $51 AND state = 'waiting' AND id IN (", ids!(), ")
         RETURNING id"
    );
    RETRY = "UPDATE deliveries
             SET attempts = attempts + 1, next_at = $3, failures = $4, failures_until = $5, last_status = $6,
                 last_error = $7, lease_owner = NULL, lease_until = NULL
             WHERE id = $1 AND lease_owner = $2 AND state = 'waiting'";
    END = "UPDATE deliveries
           SET attempts = attempts + 1, state = $3, done_at = $4, last_status = $5, last_error = $6,
               lease_owner = NULL, lease_until = NULL
           WHERE id = $1 AND lease_owner = $2 AND state = 'waiting'";
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
                                   AND w.state = 'waiting' AND w.event_id < deliveries.event_id)";
}

/// Adds deliveries, in the order of their events; what is on its way to its endpoint already is left out.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such event or endpoint.
pub async fn add(tx: &mut Tx<'_>, addressed: &[Addressed], now: Timestamp) -> Result<u64, StoreError> {
    let mut added = 0;
    for rows in addressed.chunks(ROWS) {
        let mut values = vec![now.into()];
        for place in 0..ROWS {
            // What is missing to a whole statement is filled up by the last row again, which conflicts with itself.
            let Some(row) = rows.get(place).or(rows.last()) else { break };
            let behind = rows.iter().take(place.min(rows.len() - 1));
            let follows = behind
                .filter(|other| other.event_id != row.event_id)
                .any(|other| other.endpoint_id == row.endpoint_id && other.stream == row.stream);
            values.extend([
                row.id.into(),
                row.event_id.into(),
                row.endpoint_id.into(),
                Value::from(&row.stream),
                row.name.as_str().into(),
                follows.into(),
            ]);
        }
        added += tx.execute(&ADD, values).await?;
    }
    Ok(added)
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
    for values in batches(&ids, [owner.into(), until.into()]) {
        tx.execute(&LEASE, values).await?;
    }
    Ok(taken)
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
    for values in batches(ids, [owner.into(), now.into(), i64::from(status).into()]) {
        for row in tx.fetch_all(&DELIVERED, values).await? {
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

/// Lets what waits behind these deliveries, which have ended, be taken.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unblock_behind(tx: &mut Tx<'_>, ended: &[Uuid]) -> Result<(), StoreError> {
    for values in batches(ended, []) {
        tx.execute(&NEXT_OF_STREAM, values).await?;
    }
    Ok(())
}

/// Lets the first of each stream be taken, where nothing holds it up: after deliveries have gone, or waited again.
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
    for values in batches(ids, [owner.into()]) {
        tx.execute(&GIVE_BACK, values).await?;
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
        event,
        failures: u32::try_from(row.count("failures")?).unwrap_or(u32::MAX),
        failures_until: row.time_or_null("failures_until")?,
    })
}
