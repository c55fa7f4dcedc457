//! How endpoints fare: those that something waits for, those that fail, those that nothing is sent to for a while.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::Endpoint;
use crate::statement::{ids, statements};
use crate::{Reader, StoreError, Tx};

statements! {
    DUE = concat!(
        "SELECT ", columns!(), " FROM event_endpoints e JOIN parties p ON p.id = e.party_id
         WHERE e.enabled = 1 AND p.status = 'active' AND COALESCE(e.pause_until, $1) <= $1
           AND EXISTS (SELECT 1 FROM deliveries d
                       WHERE d.endpoint_id = e.id AND d.state = 'waiting' AND d.blocked = 0 AND d.next_at <= $1
                         AND (d.lease_until IS NULL OR d.lease_until <= $1))
         ORDER BY e.id"
    );
    LISTENING = concat!(
        "SELECT e.id, e.updated_at FROM event_endpoints e JOIN parties p ON p.id = e.party_id
         WHERE e.enabled = 1 AND p.status = 'active' AND e.id IN (", ids!(), ")"
    );
    FAILING = "UPDATE event_endpoints SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL";
    WELL = "UPDATE event_endpoints SET failing_since = NULL, parked_at = NULL, pause_until = NULL
            WHERE id = $1 AND (failing_since IS NOT NULL OR parked_at IS NOT NULL OR pause_until IS NOT NULL)";
    PARK = "UPDATE event_endpoints SET parked_at = $2 WHERE id = $1 AND parked_at IS NULL";
    PAUSE = "UPDATE event_endpoints SET pause_until = $2 WHERE id = $1";
}

/// The endpoints for which a delivery waits that can be taken now. Neither those that are switched off, or whose party is,
/// nor those that are left alone for a while.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn due(reader: &mut Reader, now: Timestamp) -> Result<Vec<Endpoint>, StoreError> {
    reader.fetch_all(&DUE, [now.into()]).await?.iter().map(super::read).collect()
}

/// Those of these endpoints that are neither gone nor switched off, nor their party, and when their owner changed them last.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listening(reader: &mut Reader, ids: &[Uuid]) -> Result<HashMap<Uuid, Timestamp>, StoreError> {
    let mut found = HashMap::new();
    for (statement, values) in reader.by_ids(&LISTENING, ids, []) {
        for row in reader.fetch_all(statement, values).await? {
            found.insert(row.uuid("id")?, row.time("updated_at")?);
        }
    }
    Ok(found)
}

/// Takes down that each delivery fails since now, unless it was so before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn failing(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&FAILING, [id.into(), now.into()]).await?;
    Ok(())
}

/// Takes down that the endpoint answers: it is neither failing nor parked nor left alone; whether it was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn well(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, StoreError> {
    Ok(tx.execute(&WELL, [id.into()]).await? > 0)
}

/// Takes down that what waits for the endpoint is not sent any more; whether that is new.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn park(tx: &mut Tx<'_>, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&PARK, [id.into(), now.into()]).await? > 0)
}

/// Leaves the endpoint alone until then.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn pause(tx: &mut Tx<'_>, id: Uuid, until: Timestamp) -> Result<(), StoreError> {
    tx.execute(&PAUSE, [id.into(), until.into()]).await?;
    Ok(())
}
