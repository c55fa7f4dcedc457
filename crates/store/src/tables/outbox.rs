//! Events, written in the transaction of the change they tell of, and delivered afterwards.
//!
//! Their ids are their order, whatever the clocks of several processes say: who appends one asks for an id behind all
//! others ([`next_id`]), and transactions that write come one after the other. So it is enough to keep how far events are
//! addressed, and no event is written twice.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::{ids, statements};
use crate::tables::settings;
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
    /// 1 when it is addressed by itself and not by how far all are; otherwise 0.
    pub attempts: u64,
}

/// Events that wait, in order.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// The events.
    pub events: Vec<OutboxEvent>,
    /// Those of them that are not behind all that are addressed: each is marked by itself.
    open: Vec<Uuid>,
}

macro_rules! columns {
    () => {
        "id, kind, payload, trace_id, created_at, attempts"
    };
}

macro_rules! done {
    () => {
        "created_at < $1 AND done_at IS NOT NULL AND (id <= $2 OR attempts > 0)
           AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = outbox.id AND d.state = 'waiting')"
    };
}

/// Where the setting says how far events are addressed.
const ADDRESSED: &str = "addressed_event";

statements! {
    APPEND = "INSERT INTO outbox (id, kind, payload, trace_id, created_at, attempts, done_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LAST = "SELECT MAX(id) AS last FROM outbox";
    OPEN = concat!("SELECT ", columns!(), " FROM outbox WHERE done_at IS NULL ORDER BY id LIMIT $1");
    BEHIND = concat!(
        "SELECT ", columns!(), " FROM outbox WHERE id > $1 AND done_at IS NOT NULL AND attempts = 0 ORDER BY id LIMIT $2"
    );
    // By the time alone it would look like one that waits behind those that are addressed, and be sent again.
    MARK = concat!("UPDATE outbox SET done_at = $51, attempts = 1 WHERE done_at IS NULL AND id IN (", ids!(), ")");
    PAGE = concat!(
        "SELECT ", columns!(), ", done_at FROM outbox WHERE id > $1 ORDER BY id LIMIT $2"
    );
    FIND = concat!("SELECT ", columns!(), " FROM outbox WHERE id = $1");
    REMOVE = "DELETE FROM outbox WHERE id = $1";
    REMOVE_DONE = concat!("DELETE FROM outbox WHERE ", done!());
    REMOVE_OLD = "DELETE FROM outbox WHERE created_at < $1";
    // Deliveries go before their events.
    DELIVERIES_OF = "DELETE FROM deliveries WHERE event_id = $1";
    DELIVERIES_OF_DONE = concat!("DELETE FROM deliveries WHERE event_id IN (SELECT id FROM outbox WHERE ", done!(), ")");
    DELIVERIES_OF_OLD = "DELETE FROM deliveries WHERE event_id IN (SELECT id FROM outbox WHERE created_at < $1)";
    LAG_OPEN = "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox WHERE done_at IS NULL";
    LAG_BEHIND = "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox
                  WHERE id > $1 AND done_at IS NOT NULL AND attempts = 0";
}

/// An id for an event that is to be appended: this one, or where an event of the outbox has a later one, because a clock is
/// behind another or was set back, one behind that.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn next_id(tx: &mut Tx<'_>, id: Uuid) -> Result<Uuid, StoreError> {
    let id = match last(tx).await? {
        Some(last) if last >= id => behind(last),
        _ => id,
    };
    tx.remember_event(id);
    Ok(id)
}

/// The UUID of version 7 that follows: one more in the 62 bits that are chance, else a millisecond later.
fn behind(id: Uuid) -> Uuid {
    const CHANCE: u128 = (1 << 62) - 1;
    let number = id.as_u128();
    match number & CHANCE {
        CHANCE => Uuid::from_u128((number & !CHANCE).wrapping_add(1 << 80)),
        _ => Uuid::from_u128(number.wrapping_add(1)),
    }
}

/// The last id that an event has or is about to have, or had when it was addressed.
async fn last(tx: &mut Tx<'_>) -> Result<Option<Uuid>, StoreError> {
    if let Some(last) = tx.last_event() {
        return Ok(Some(last));
    }
    let of_outbox = tx.fetch_one(&LAST, []).await?.text_or_null("last")?.unwrap_or_default();
    let last = of_outbox.max(addressed(tx).await?);
    Ok(Uuid::try_parse(&last).ok().inspect(|last| tx.remember_event(*last)))
}

/// How far events are addressed.
async fn addressed(reader: &mut Reader) -> Result<String, StoreError> {
    Ok(settings::get(reader, ADDRESSED).await?.unwrap_or_default())
}

/// Appends an event.
///
/// # Errors
/// [`StoreError`] when the database fails, or the id is taken.
pub async fn append(tx: &mut Tx<'_>, event: &OutboxEvent) -> Result<(), StoreError> {
    append_all(tx, std::slice::from_ref(event)).await
}

/// Appends events by few statements.
///
/// # Errors
/// As [`append`].
pub async fn append_all(tx: &mut Tx<'_>, events: &[OutboxEvent]) -> Result<(), StoreError> {
    insert(tx, events, false).await?;
    if !events.is_empty() {
        tx.tell_of_events();
    }
    Ok(())
}

/// The same for events that nobody has to be told of any more.
///
/// # Errors
/// As [`append`].
pub async fn append_addressed(tx: &mut Tx<'_>, events: &[OutboxEvent]) -> Result<(), StoreError> {
    insert(tx, events, true).await
}

async fn insert(tx: &mut Tx<'_>, events: &[OutboxEvent], is_addressed: bool) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        // One that is not behind all others is not found behind those that are addressed: it waits by itself.
        let is_behind = last(tx).await?.is_none_or(|last| last <= event.id);
        if is_behind {
            tx.remember_event(event.id);
        }
        let done_at = (is_behind || is_addressed).then_some(event.created_at);
        rows.push([
            Value::from(event.id),
            (&event.kind).into(),
            (&event.payload).into(),
            event.trace_id.into(),
            event.created_at.into(),
            u32::from(is_addressed).into(),
            done_at.into(),
        ]);
    }
    tx.insert_all(&APPEND, rows).await?;
    Ok(())
}

/// All events that wait, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(reader: &mut Reader) -> Result<Vec<OutboxEvent>, StoreError> {
    Ok(first(reader, u32::MAX).await?.events)
}

/// Up to `limit` events that nobody was told of yet, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn first(reader: &mut Reader, limit: u32) -> Result<Waiting, StoreError> {
    let rows = reader.fetch_all(&OPEN, [limit.into()]).await?;
    let mut events = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let open = events.iter().map(|event| event.id).collect();
    let rest = limit.saturating_sub(u32::try_from(events.len()).unwrap_or(u32::MAX));
    let addressed = addressed(reader).await?;
    for row in reader.fetch_all(&BEHIND, [addressed.into(), rest.into()]).await? {
        events.push(read(&row)?);
    }
    events.sort_unstable_by_key(|event| event.id);
    Ok(Waiting { events, open })
}

/// Marks events as addressed: what is to become of them stands in their deliveries.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn all_addressed(tx: &mut Tx<'_>, waiting: &Waiting, at: Timestamp) -> Result<(), StoreError> {
    for (statement, values) in tx.by_ids(&MARK, &waiting.open, [at.into()]) {
        tx.execute(statement, values).await?;
    }
    let behind = waiting.events.iter().map(|event| event.id).filter(|id| !waiting.open.contains(id));
    match behind.max() {
        Some(last) if last.to_string() > addressed(tx).await? => settings::put(tx, ADDRESSED, &last.to_string()).await,
        _ => Ok(()),
    }
}

/// Up to `limit` events, addressed or not, in order, from the one behind `after`; with each, whether it is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(reader: &mut Reader, after: Uuid, limit: u32) -> Result<Vec<(OutboxEvent, bool)>, StoreError> {
    let addressed = addressed(reader).await?;
    let rows = reader.fetch_all(&PAGE, [after.into(), limit.into()]).await?;
    let each = rows.iter().map(|row| {
        let event = read(row)?;
        let is_addressed = event.attempts > 0 || event.id.to_string() <= addressed;
        Ok((event, is_addressed && row.time_or_null("done_at")?.is_some()))
    });
    each.collect()
}

/// The event with this id, whoever was told of it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, id: Uuid) -> Result<Option<OutboxEvent>, StoreError> {
    let row = reader.fetch_optional(&FIND, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Removes an event and its deliveries; how many events.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, id: Uuid) -> Result<u64, StoreError> {
    tx.execute(&DELIVERIES_OF, [id.into()]).await?;
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
        let addressed = addressed(tx).await?;
        let values = [before.into(), addressed.into()];
        tx.execute(&DELIVERIES_OF_DONE, values.clone()).await?;
        removed += tx.execute(&REMOVE_DONE, values).await?;
    }
    if let Some(before) = any {
        tx.execute(&DELIVERIES_OF_OLD, [before.into()]).await?;
        removed += tx.execute(&REMOVE_OLD, [before.into()]).await?;
    }
    Ok(removed)
}

/// How many events wait, and since when the oldest of them does.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lag(reader: &mut Reader) -> Result<(u64, Option<Timestamp>), StoreError> {
    let addressed = addressed(reader).await?;
    let open = reader.fetch_one(&LAG_OPEN, []).await?;
    let behind = reader.fetch_one(&LAG_BEHIND, [addressed.into()]).await?;
    let oldest = [open.time_or_null("oldest")?, behind.time_or_null("oldest")?].into_iter().flatten().min();
    Ok((open.count("waiting")?.saturating_add(behind.count("waiting")?), oldest))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_is_behind_and_of_version_7() {
        for id in ["019a0000-0000-7000-8000-000000000000", "019a0000-0000-7fff-bfff-ffffffffffff"] {
            let id = Uuid::try_parse(id).unwrap();
            let next = behind(id);
            assert!(next > id && next.to_string() > id.to_string(), "{next}");
            assert_eq!((next.get_version_num(), next.get_variant()), (7, id.get_variant()));
        }
    }
}
