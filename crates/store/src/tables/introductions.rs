//! Descriptions of other ecosystems that wait for the operator, or were refused.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A description that is no peer, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// Its id here.
    pub id: Uuid,
    /// The id that the ecosystem gives itself.
    pub ecosystem: String,
    /// The thumbprint of the key that signed.
    pub key_id: String,
    /// The name that the ecosystem gives itself.
    pub name: String,
    /// The document as it came.
    pub document: String,
    /// When it was signed.
    pub issued: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// Whether the operator has refused it; else it waits.
    pub refused: bool,
    /// Whether the key is known to be theirs.
    pub confirmed: bool,
    /// The peer that told of it; `None` when it was brought by hand.
    pub told_by: Option<Uuid>,
    /// When it came.
    pub received_at: Timestamp,
}

const PENDING: &str = "pending";
const REFUSED: &str = "refused";

macro_rules! columns {
    () => {
        "id, ecosystem, key_id, name, document, issued, expires, status, confirmed, told_by, received_at"
    };
}

statements! {
    PUT = concat!(
        "INSERT INTO introductions (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (ecosystem, key_id) DO UPDATE SET name = excluded.name, document = excluded.document,
           issued = excluded.issued, expires = excluded.expires, status = excluded.status,
           confirmed = excluded.confirmed, told_by = excluded.told_by, received_at = excluded.received_at"
    );
    LIST = concat!("SELECT ", columns!(), " FROM introductions ORDER BY received_at, id");
    FIND = concat!("SELECT ", columns!(), " FROM introductions WHERE ecosystem = $1 AND key_id = $2");
    COUNT = "SELECT COUNT(*) AS kept FROM introductions";
    ENDED = "SELECT COUNT(*) AS ended FROM introductions WHERE expires < $1";
    TOLD = "SELECT COUNT(*) AS told FROM introductions WHERE told_by = $1";
    REMOVE = "DELETE FROM introductions WHERE id = $1";
    REMOVE_ENDED = "DELETE FROM introductions WHERE expires < $1";
}

/// Keeps it, in the place of an earlier one of the same ecosystem and key, whose id stays.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, introduction: &Introduction) -> Result<(), StoreError> {
    tx.execute(
        &PUT,
        [
            introduction.id.into(),
            (&introduction.ecosystem).into(),
            (&introduction.key_id).into(),
            (&introduction.name).into(),
            (&introduction.document).into(),
            introduction.issued.into(),
            introduction.expires.into(),
            if introduction.refused { REFUSED } else { PENDING }.into(),
            introduction.confirmed.into(),
            introduction.told_by.into(),
            introduction.received_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// All of them, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<Introduction>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// The one of this ecosystem and key.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, ecosystem: &str, key_id: &str) -> Result<Option<Introduction>, StoreError> {
    let row = reader.fetch_optional(&FIND, [ecosystem.into(), key_id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// How many there are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn count(reader: &mut Reader) -> Result<u64, StoreError> {
    reader.fetch_one(&COUNT, []).await?.count("kept")
}

/// How many have ended before this time.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ended(reader: &mut Reader, before: Timestamp) -> Result<u64, StoreError> {
    reader.fetch_one(&ENDED, [before.into()]).await?.count("ended")
}

/// How many this peer has told of.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told(reader: &mut Reader, peer: Uuid) -> Result<u64, StoreError> {
    reader.fetch_one(&TOLD, [peer.into()]).await?.count("told")
}

/// Forgets it; whether it was there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, [id.into()]).await? > 0)
}

/// Forgets what has ended before this time; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_ended(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&REMOVE_ENDED, [before.into()]).await
}

fn read(row: &Row) -> Result<Introduction, StoreError> {
    Ok(Introduction {
        id: row.uuid("id")?,
        ecosystem: row.text("ecosystem")?,
        key_id: row.text("key_id")?,
        name: row.text("name")?,
        document: row.text("document")?,
        issued: row.time("issued")?,
        expires: row.time("expires")?,
        refused: row.text("status")? == REFUSED,
        confirmed: row.flag("confirmed")?,
        told_by: row.uuid_or_null("told_by")?,
        received_at: row.time("received_at")?,
    })
}
