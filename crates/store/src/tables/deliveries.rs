//! Deliveries: one event on its way to one endpoint.

pub mod log;
pub mod work;

use jiff::Timestamp;
use opnc_messages::event::EventName;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::{ids, statements};
use crate::{Reader, StoreError, Tx};

/// An event for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id here.
    pub id: Uuid,
    /// The event, in the outbox.
    pub event_id: Uuid,
    /// Where it goes.
    pub endpoint_id: Uuid,
    /// What order is kept per: a keyed hash of the contract, else of the car, else of the root.
    pub stream: String,
    /// The event's name as the endpoint has subscribed to it.
    pub name: EventName,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u64,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// Until when a worker holds it.
    pub lease_until: Option<Timestamp>,
    /// The status of the last answer, where there was one.
    pub last_status: Option<u16>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it came to its end; of one that is made once more, when the receiver had it.
    pub done_at: Option<Timestamp>,
}

impl Delivery {
    /// Whether the receiver has the event, be it that it is sent once more.
    pub fn has_arrived(&self) -> bool {
        match self.state {
            DeliveryState::Delivered => true,
            DeliveryState::Waiting => self.done_at.is_some(),
            DeliveryState::Rejected | DeliveryState::GivenUp => false,
        }
    }
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is to be tried, for the first time or again.
    Waiting,
    /// The receiver has it.
    Delivered,
    /// The receiver refuses it.
    Rejected,
    /// All tries are spent.
    GivenUp,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Delivered, Self::Rejected, Self::GivenUp];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::GivenUp => "given-up",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

macro_rules! columns {
    () => {
        "id, event_id, endpoint_id, stream, name, state, attempts, next_at, lease_until, last_status, last_error,
         created_at, done_at"
    };
}

statements! {
    ADD = concat!(
        "INSERT INTO deliveries (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (event_id, endpoint_id) DO NOTHING"
    );
    FIND = concat!("SELECT ", columns!(), " FROM deliveries WHERE id = $1");
    OF_EVENT = concat!("SELECT ", columns!(), " FROM deliveries WHERE event_id = $1 ORDER BY endpoint_id");
    OF_EVENTS = concat!(
        "SELECT ", columns!(), " FROM deliveries WHERE event_id IN (", ids!(), ") ORDER BY event_id, endpoint_id"
    );
    ORPHANS = "SELECT d.id FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = d.event_id)
               UNION ALL
               SELECT d.id FROM deliveries d
               WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM event_endpoints e WHERE e.id = d.endpoint_id)
               LIMIT $1";
    REMOVE = concat!("DELETE FROM deliveries WHERE id IN (", ids!(), ")");
}

/// Adds a delivery; `false` when the event is on its way to this endpoint already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<bool, StoreError> {
    let values = [
        delivery.id.into(),
        delivery.event_id.into(),
        delivery.endpoint_id.into(),
        (&delivery.stream).into(),
        delivery.name.as_str().into(),
        delivery.state.as_str().into(),
        i64::try_from(delivery.attempts).unwrap_or(i64::MAX).into(),
        delivery.next_at.into(),
        delivery.lease_until.into(),
        delivery.last_status.map(i64::from).into(),
        (&delivery.last_error).into(),
        delivery.created_at.into(),
        delivery.done_at.into(),
    ];
    Ok(tx.execute(&ADD, values).await? > 0)
}

/// The delivery with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, id: Uuid) -> Result<Option<Delivery>, StoreError> {
    let row = reader.fetch_optional(&FIND, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// The deliveries of an event, by endpoint.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_event(reader: &mut Reader, event: Uuid) -> Result<Vec<Delivery>, StoreError> {
    reader.fetch_all(&OF_EVENT, [event.into()]).await?.iter().map(read).collect()
}

/// The deliveries of those of these events that go to more than one endpoint, by event.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn shared(reader: &mut Reader, events: &[Uuid]) -> Result<Vec<Delivery>, StoreError> {
    let mut found: Vec<Delivery> = Vec::new();
    for (statement, values) in reader.by_ids(&OF_EVENTS, events, []) {
        for row in reader.fetch_all(statement, values).await? {
            found.push(read(&row)?);
        }
    }
    let of_one = found.chunk_by(|one, next| one.event_id == next.event_id);
    Ok(of_one.filter(|deliveries| deliveries.len() > 1).flatten().cloned().collect())
}

/// Up to `limit` deliveries of events that are gone, or that wait for endpoints that are gone, some of them twice: a process from before migration
/// 0027 leaves them behind, which relies on the database to remove them. What comes after them in their stream would wait for
/// ever.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn orphans(reader: &mut Reader, limit: u32) -> Result<Vec<Uuid>, StoreError> {
    reader.fetch_all(&ORPHANS, [limit.into()]).await?.iter().map(|row| row.uuid("id")).collect()
}

/// Removes deliveries. What waited behind them waits on, until [`work::unblock`].
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, ids: &[Uuid]) -> Result<(), StoreError> {
    for (statement, values) in tx.by_ids(&REMOVE, ids, []) {
        tx.execute(statement, values).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<Delivery, StoreError> {
    let status = row.count_or_null("last_status")?;
    Ok(Delivery {
        id: row.uuid("id")?,
        event_id: row.uuid("event_id")?,
        endpoint_id: row.uuid("endpoint_id")?,
        stream: row.text("stream")?,
        name: row.word("name", EventName::kept)?,
        state: row.word("state", DeliveryState::parse)?,
        attempts: row.count("attempts")?,
        next_at: row.time("next_at")?,
        lease_until: row.time_or_null("lease_until")?,
        last_status: status.and_then(|status| u16::try_from(status).ok()),
        last_error: row.text_or_null("last_error")?,
        created_at: row.time("created_at")?,
        done_at: row.time_or_null("done_at")?,
    })
}
