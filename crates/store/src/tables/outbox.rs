//! Events, written in the transaction of the change they tell of, and delivered afterwards.
//!
//! A worker leases rows, delivers them and marks them done. When it dies, the lease ends and another takes over: an
//! event is delivered at least once.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::{batches, ids, statements};
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// An event that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// Its id, a UUID of version 7: the order of ids is the order of events.
    pub id: Uuid,
    /// What happened, such as `emsp.prov.cert.updated`.
    pub kind: String,
    /// Whom or what it is about, JSON.
    pub payload: String,
    /// The request that caused it.
    pub trace_id: Uuid,
    /// When it happened.
    pub created_at: Timestamp,
    /// How often it was leased.
    pub attempts: u64,
}

macro_rules! columns {
    () => {
        "id, kind, payload, trace_id, created_at, attempts"
    };
}

statements! {
    APPEND = "INSERT INTO outbox (id, kind, payload, trace_id, created_at, attempts, done_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    WAITING = concat!("SELECT ", columns!(), " FROM outbox WHERE done_at IS NULL ORDER BY id");
    FIRST = concat!("SELECT ", columns!(), " FROM outbox WHERE done_at IS NULL ORDER BY id LIMIT $1");
    ALL_DONE = concat!("UPDATE outbox SET done_at = $51 WHERE done_at IS NULL AND id IN (", ids!(), ")");
    LEASE = concat!(
        "UPDATE outbox SET lease_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM outbox WHERE done_at IS NULL AND (lease_until IS NULL OR lease_until <= $1)
                      ORDER BY id LIMIT $3)
         RETURNING ", columns!()
    );
    PAGE = concat!(
        "SELECT ", columns!(), ", done_at FROM outbox WHERE id > $1 ORDER BY id LIMIT $2"
    );
    FIND = concat!("SELECT ", columns!(), " FROM outbox WHERE id = $1");
    REMOVE = "DELETE FROM outbox WHERE id = $1";
    REMOVE_DONE = "DELETE FROM outbox
                   WHERE created_at < $1 AND done_at IS NOT NULL
                     AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = outbox.id AND d.state = 'waiting')";
    REMOVE_OLD = "DELETE FROM outbox WHERE created_at < $1";
    LAG = "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox WHERE done_at IS NULL";
    DONE = "UPDATE outbox SET done_at = $2 WHERE id = $1 AND done_at IS NULL";
}

/// Appends an event; `attempts` starts at 0 whatever it says.
///
/// # Errors
/// [`StoreError`] when the database fails, or the id is taken.
pub async fn append(tx: &mut Tx<'_>, event: &OutboxEvent) -> Result<(), StoreError> {
    append_all(tx, std::slice::from_ref(event)).await
}

/// Appends events, in their order, by few statements.
///
/// # Errors
/// As [`append`].
pub async fn append_all(tx: &mut Tx<'_>, events: &[OutboxEvent]) -> Result<(), StoreError> {
    insert(tx, events, None).await?;
    if !events.is_empty() {
        tx.tell_of_events();
    }
    Ok(())
}

/// The same for events that are addressed already: nobody looks for them in the outbox any more.
///
/// # Errors
/// As [`append`].
pub async fn append_addressed(tx: &mut Tx<'_>, events: &[OutboxEvent], at: Timestamp) -> Result<(), StoreError> {
    insert(tx, events, Some(at)).await
}

async fn insert(tx: &mut Tx<'_>, events: &[OutboxEvent], done_at: Option<Timestamp>) -> Result<(), StoreError> {
    let rows = events.iter().map(|event| {
        [
            Value::from(event.id),
            (&event.kind).into(),
            (&event.payload).into(),
            event.trace_id.into(),
            event.created_at.into(),
            0_u32.into(),
            done_at.into(),
        ]
    });
    tx.insert_all(&APPEND, rows).await
}

/// All events that are not delivered yet, leased or not, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(reader: &mut Reader) -> Result<Vec<OutboxEvent>, StoreError> {
    reader.fetch_all(&WAITING, []).await?.iter().map(read).collect()
}

/// Up to `limit` events that nobody was told of yet, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn first(reader: &mut Reader, limit: u32) -> Result<Vec<OutboxEvent>, StoreError> {
    reader.fetch_all(&FIRST, [limit.into()]).await?.iter().map(read).collect()
}

/// Marks events as addressed: what is to become of them stands in their deliveries.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all_done(tx: &mut Tx<'_>, ids: &[Uuid], at: Timestamp) -> Result<(), StoreError> {
    for values in batches(ids, [at.into()]) {
        tx.execute(&ALL_DONE, values).await?;
    }
    Ok(())
}

/// Takes up to `limit` events that nobody holds, in order, and holds them until `until`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lease(
    tx: &mut Tx<'_>,
    limit: u32,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<OutboxEvent>, StoreError> {
    let rows = tx.fetch_all(&LEASE, [now.into(), until.into(), limit.into()]).await?;
    let mut events = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    events.sort_unstable_by_key(|event| event.id);
    Ok(events)
}

/// Marks an event as delivered; whether it was waiting.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn done(tx: &mut Tx<'_>, id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&DONE, [id.into(), at.into()]).await? > 0)
}

/// Up to `limit` events, delivered or not, in order, from the one behind `after`; with each, whether it is delivered.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(reader: &mut Reader, after: Uuid, limit: u32) -> Result<Vec<(OutboxEvent, bool)>, StoreError> {
    let rows = reader.fetch_all(&PAGE, [after.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok((read(row)?, row.time_or_null("done_at")?.is_some()))).collect()
}

/// The event with this id, whoever was told of it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, id: Uuid) -> Result<Option<OutboxEvent>, StoreError> {
    let row = reader.fetch_optional(&FIND, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Removes an event.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, id: Uuid) -> Result<u64, StoreError> {
    tx.execute(&REMOVE, [id.into()]).await
}

/// Removes the events from before `delivered` for which nothing waits, and all from before `any`; how many. Their
/// deliveries go with them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_before(
    tx: &mut Tx<'_>,
    delivered: Option<Timestamp>,
    any: Option<Timestamp>,
) -> Result<u64, StoreError> {
    let mut removed = 0;
    if let Some(before) = delivered {
        removed += tx.execute(&REMOVE_DONE, [before.into()]).await?;
    }
    if let Some(before) = any {
        removed += tx.execute(&REMOVE_OLD, [before.into()]).await?;
    }
    Ok(removed)
}

/// How many events wait, and since when the oldest of them does.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lag(reader: &mut Reader) -> Result<(u64, Option<Timestamp>), StoreError> {
    let row = reader.fetch_one(&LAG, []).await?;
    Ok((row.count("waiting")?, row.time_or_null("oldest")?))
}

fn read(row: &Row) -> Result<OutboxEvent, StoreError> {
    Ok(OutboxEvent {
        id: row.uuid("id")?,
        kind: row.text("kind")?,
        payload: row.text("payload")?,
        trace_id: row.uuid("trace_id")?,
        created_at: row.time("created_at")?,
        attempts: row.count("attempts")?,
    })
}
