//! Deliveries as an operator sees them: a list, figures, and what is to be done once more.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Delivery, DeliveryState, work};
use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// Which deliveries; the default is all of them.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Of this event.
    pub event_id: Option<Uuid>,
    /// To this endpoint.
    pub endpoint_id: Option<Uuid>,
    /// To endpoints of this party.
    pub party_id: Option<Uuid>,
    /// In this state.
    pub state: Option<DeliveryState>,
    /// Made at this time or later.
    pub since: Option<Timestamp>,
    /// Made before this time.
    pub until: Option<Timestamp>,
}

/// A delivery, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The delivery.
    pub delivery: Delivery,
    /// When the event happened.
    pub happened_at: Timestamp,
    /// The request that caused it.
    pub trace_id: Uuid,
    /// The party whose endpoint it is.
    pub party_id: Uuid,
    /// Whether an earlier delivery of its stream has to end first.
    pub blocked: bool,
}

/// How deliveries stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Deliveries that wait, for the first attempt or for another.
    pub waiting: u64,
    /// Of them, those that have failed.
    pub retrying: u64,
    /// When the oldest of them was made.
    pub oldest: Option<Timestamp>,
    /// Endpoints that are parked.
    pub parked: u64,
}

macro_rules! filter {
    () => {
        "($1 = '' OR event_id = $1) AND ($2 = '' OR endpoint_id = $2)
           AND endpoint_id IN (SELECT p.id FROM event_endpoints p WHERE $3 = '' OR p.party_id = $3)
           AND ($4 = '' OR state = $4)
           AND created_at >= COALESCE($5, created_at) AND created_at < COALESCE($6, created_at + 1)"
    };
}

statements! {
    LIST = concat!(
        "SELECT d.id, d.event_id, d.endpoint_id, d.stream, d.name, d.state, d.attempts, d.next_at, d.lease_until,
           d.last_status, d.last_error, d.created_at, d.done_at, d.blocked,
           o.trace_id, o.created_at AS happened_at, e.party_id
         FROM deliveries d JOIN outbox o ON o.id = d.event_id JOIN event_endpoints e ON e.id = d.endpoint_id
         WHERE d.id IN (SELECT id FROM deliveries WHERE ", filter!(), " AND ($7 = '' OR id < $7)
                        ORDER BY id DESC LIMIT $8)
         ORDER BY d.id DESC"
    );
    AGAIN = concat!(
        "UPDATE deliveries
         SET state = 'waiting', blocked = 1, failures = 0, failures_until = NULL, next_at = $7,
           done_at = CASE WHEN state = 'delivered' THEN done_at END
         WHERE ", filter!(), " AND state <> 'waiting'"
    );
    SOONER = concat!(
        "UPDATE deliveries SET next_at = $7
         WHERE ", filter!(), " AND state = 'waiting' AND blocked = 0 AND lease_until IS NULL AND next_at > $7"
    );
    STANDING = "SELECT COUNT(*) AS waiting, COALESCE(CAST(SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END) AS BIGINT), 0)
                  AS retrying, MIN(created_at) AS oldest
                FROM deliveries WHERE state = 'waiting'";
    WAITING = "SELECT CAST((SELECT COUNT(*) FROM deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND blocked = 0)
                 + (SELECT COUNT(*) FROM deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND blocked = 1) AS BIGINT)
                 AS waiting";
    PARKED = "SELECT COUNT(*) AS parked FROM event_endpoints WHERE parked_at IS NOT NULL";
}

/// Up to `limit` deliveries that the filter lets through, the newest first; those before the delivery `before`, when it
/// is given.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(
    reader: &mut Reader,
    filter: &DeliveryFilter,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Logged>, StoreError> {
    let mut values = filter.values();
    values.extend([text(before), limit.into()]);
    reader.fetch_all(&LIST, values).await?.iter().map(read).collect()
}

/// Lets deliveries that have ended be made once more, as the same events; how many. Those that wait for another attempt
/// are tried at once.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn again(tx: &mut Tx<'_>, filter: &DeliveryFilter, now: Timestamp) -> Result<u64, StoreError> {
    let mut values = filter.values();
    values.push(now.into());
    let sooner = tx.execute(&SOONER, values.clone()).await?;
    let again = tx.execute(&AGAIN, values).await?;
    if again > 0 {
        work::wait_for_earlier(tx, now).await?;
        work::unblock(tx).await?;
    }
    Ok(sooner + again)
}

/// Has everything that waits for an endpoint tried at once; how many deliveries wait.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn sooner(tx: &mut Tx<'_>, endpoint: Uuid, now: Timestamp) -> Result<u64, StoreError> {
    let mut values = DeliveryFilter { endpoint_id: Some(endpoint), ..DeliveryFilter::default() }.values();
    values.push(now.into());
    tx.execute(&SOONER, values).await?;
    tx.fetch_one(&WAITING, [endpoint.into()]).await?.count("waiting")
}

/// How deliveries stand.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn standing(reader: &mut Reader) -> Result<Standing, StoreError> {
    let row = reader.fetch_one(&STANDING, []).await?;
    Ok(Standing {
        waiting: row.count("waiting")?,
        retrying: row.count("retrying")?,
        oldest: row.time_or_null("oldest")?,
        parked: reader.fetch_one(&PARKED, []).await?.count("parked")?,
    })
}

impl DeliveryFilter {
    fn values(&self) -> Vec<crate::value::Value> {
        vec![
            text(self.event_id),
            text(self.endpoint_id),
            text(self.party_id),
            self.state.map_or("", DeliveryState::as_str).into(),
            self.since.into(),
            self.until.into(),
        ]
    }
}

fn text(id: Option<Uuid>) -> crate::value::Value {
    id.map(|id| id.to_string()).unwrap_or_default().into()
}

fn read(row: &Row) -> Result<Logged, StoreError> {
    Ok(Logged {
        delivery: super::read(row)?,
        happened_at: row.time("happened_at")?,
        trace_id: row.uuid("trace_id")?,
        party_id: row.uuid("party_id")?,
        blocked: row.flag("blocked")?,
    })
}
