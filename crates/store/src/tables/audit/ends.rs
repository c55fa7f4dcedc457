//! The two ends of the chain: the head, where rows are added, and the anchor, up to which they were removed.

use jiff::Timestamp;

use crate::row::Row;
use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// The most rows that one [`trim`] removes, so that no transaction is long.
const MOST_TRIMMED: u64 = 10_000;

/// A place in the chain: behind the row with this number and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The number of the row; 0 before the first.
    pub seq: u64,
    /// Its hash; zero bytes before the first.
    pub hash: [u8; 32],
}

/// Both ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The last row that was removed.
    pub anchor: End,
    /// The last row that was added.
    pub head: End,
}

statements! {
    ENDS = "SELECT a.seq AS anchor_seq, a.hash AS anchor_hash, h.seq AS head_seq, h.hash AS head_hash
            FROM audit_ends a, audit_ends h WHERE a.name = 'anchor' AND h.name = 'head'";
    /// An UPDATE, because that is how a row is locked on every engine.
    LOCK = "UPDATE audit_ends SET seq = seq WHERE name = $1 RETURNING seq, hash";
    PUT = "UPDATE audit_ends SET seq = $2, hash = $3 WHERE name = $1";
    FIRST_SINCE = "SELECT MIN(seq) AS seq FROM audit WHERE at >= $1";
    HASH_OF = "SELECT hash FROM audit WHERE seq = $1";
    REMOVE = "DELETE FROM audit WHERE seq <= $1";
}

/// Both ends of the chain, as of one moment.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ends(reader: &mut Reader) -> Result<Ends, StoreError> {
    read(&reader.fetch_one(&ENDS, []).await?)
}

/// The same of a database that may have been tampered with: `None` when an end is gone.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ends_if_there(reader: &mut Reader) -> Result<Option<Ends>, StoreError> {
    reader.fetch_optional(&ENDS, []).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Ends, StoreError> {
    Ok(Ends {
        anchor: End { seq: row.count("anchor_seq")?, hash: row.hash("anchor_hash")? },
        head: End { seq: row.count("head_seq")?, hash: row.hash("head_hash")? },
    })
}

/// Removes rows from the beginning that are older than `before`, at most 10,000 of them; how many. A row behind a younger
/// one stays, however old.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn trim(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let anchor = lock(tx, "anchor").await?;
    let first_kept = match tx.fetch_one(&FIRST_SINCE, [before.into()]).await?.count_or_null("seq")? {
        Some(seq) => seq,
        None => ends(tx).await?.head.seq.saturating_add(1),
    };
    let last = first_kept.saturating_sub(1).min(anchor.seq.saturating_add(MOST_TRIMMED));
    let Some(row) = tx.fetch_optional(&HASH_OF, [number(last)?]).await? else { return Ok(0) };
    let end = End { seq: last, hash: row.hash("hash")? };
    put(tx, "anchor", &end).await?;
    tx.execute(&REMOVE, [number(last)?]).await
}

/// Reads the head, and keeps everybody else from it until the transaction ends.
pub(super) async fn lock_head(reader: &mut Reader) -> Result<End, StoreError> {
    lock(reader, "head").await
}

pub(super) async fn put_head(reader: &mut Reader, head: &End) -> Result<(), StoreError> {
    put(reader, "head", head).await
}

/// A sequence number as a parameter.
pub(super) fn number(seq: u64) -> Result<Value, StoreError> {
    let number = i64::try_from(seq)
        .map_err(|error| StoreError::Unstorable { column: "audit.seq", reason: error.to_string() })?;
    Ok(number.into())
}

async fn lock(reader: &mut Reader, name: &str) -> Result<End, StoreError> {
    let row: Row = reader.fetch_one(&LOCK, [name.into()]).await?;
    Ok(End { seq: row.count("seq")?, hash: row.hash("hash")? })
}

async fn put(reader: &mut Reader, name: &str, end: &End) -> Result<(), StoreError> {
    reader.execute(&PUT, [name.into(), number(end.seq)?, (&end.hash).into()]).await?;
    Ok(())
}
