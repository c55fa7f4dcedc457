//! That something about a person was erased: the keyed hash of the identifier, and how much there was of what.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// What is left of what was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its id.
    pub id: Uuid,
    /// What the identifier was: `emaid` or `pcid`.
    pub kind: String,
    /// The keyed hash of the identifier.
    pub subject_hash: String,
    /// How many rows of which table were erased.
    pub erased: Vec<(String, u64)>,
    /// When.
    pub erased_at: Timestamp,
}

statements! {
    ADD = "INSERT INTO tombstones (id, kind, subject_hash, erased, erased_at) VALUES ($1, $2, $3, $4, $5)";
    OF_SUBJECT = "SELECT id, kind, subject_hash, erased, erased_at FROM tombstones WHERE subject_hash = $1
                  ORDER BY erased_at, id";
    REMOVE = "DELETE FROM tombstones WHERE erased_at < $1";
}

/// Keeps a tombstone.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx<'_>, tombstone: &Tombstone) -> Result<(), StoreError> {
    let values = [
        tombstone.id.into(),
        (&tombstone.kind).into(),
        (&tombstone.subject_hash).into(),
        Value::json("erased", &tombstone.erased)?,
        tombstone.erased_at.into(),
    ];
    tx.execute(&ADD, values).await?;
    Ok(())
}

/// The tombstones of the identifier with this keyed hash, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_subject(reader: &mut Reader, subject_hash: &str) -> Result<Vec<Tombstone>, StoreError> {
    reader.fetch_all(&OF_SUBJECT, [subject_hash.into()]).await?.iter().map(read).collect()
}

/// Removes those from before this time; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&REMOVE, [before.into()]).await
}

fn read(row: &Row) -> Result<Tombstone, StoreError> {
    Ok(Tombstone {
        id: row.uuid("id")?,
        kind: row.text("kind")?,
        subject_hash: row.text("subject_hash")?,
        erased: row.json("erased")?,
        erased_at: row.time("erased_at")?,
    })
}
