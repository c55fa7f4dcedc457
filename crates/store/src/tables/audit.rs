//! Who changed what, when: rows are appended in the transaction of the change, and never changed.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id, a UUID of version 7: the order of ids is the order of changes.
    pub id: Uuid,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it; `None`: the operator at the machine itself.
    pub party_id: Option<Uuid>,
    /// The operation, by its OPNC name or ours.
    pub operation: String,
    /// The keyed hash of the identifier it was about.
    pub subject_hash: String,
    /// The request it was made by.
    pub trace_id: Uuid,
}

statements! {
    APPEND = "INSERT INTO audit (id, at, party_id, operation, subject_hash, trace_id) VALUES ($1, $2, $3, $4, $5, $6)";
    AFTER = "SELECT id, at, party_id, operation, subject_hash, trace_id FROM audit WHERE id > $1 ORDER BY id LIMIT $2";
}

/// Appends an entry.
///
/// # Errors
/// [`StoreError`] when the database fails, or the id is taken.
pub async fn append(tx: &mut Tx<'_>, entry: &AuditEntry) -> Result<(), StoreError> {
    tx.execute(
        &APPEND,
        [
            entry.id.into(),
            entry.at.into(),
            entry.party_id.into(),
            (&entry.operation).into(),
            (&entry.subject_hash).into(),
            entry.trace_id.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Up to `limit` entries in order, from the one behind `after`, or from the first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader, after: Option<Uuid>, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
    let after = after.unwrap_or(Uuid::nil());
    reader.fetch_all(&AFTER, [after.into(), limit.into()]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: row.uuid("id")?,
        at: row.time("at")?,
        party_id: row.uuid_or_null("party_id")?,
        operation: row.text("operation")?,
        subject_hash: row.text("subject_hash")?,
        trace_id: row.uuid("trace_id")?,
    })
}
