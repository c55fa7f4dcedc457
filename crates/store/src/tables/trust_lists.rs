//! Trust lists that were imported, and what applying them has changed.

use jiff::Timestamp;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// An imported list: the latest of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustListRow {
    /// Its name, as in `rootCtlList`.
    pub name: String,
    /// The adapter that reads it.
    pub format: String,
    /// Its version.
    pub version: u64,
    /// Who made it, in its own words.
    pub issuer: String,
    /// The document as it came.
    pub document: Vec<u8>,
    /// The keys that may sign its successor: a JSON Web Key Set.
    pub keys: String,
    /// Since when it is good.
    pub issued: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// By whom.
    pub imported_by: String,
}

/// What applying a list has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedRow {
    /// The id of this application.
    pub id: Uuid,
    /// The list.
    pub name: String,
    /// Its version.
    pub version: u64,
    /// JSON of each root before and after.
    pub touched: String,
    /// When.
    pub applied_at: Timestamp,
    /// By whom.
    pub applied_by: String,
    /// When it was taken back.
    pub reverted_at: Option<Timestamp>,
}

statements! {
    PUT = "INSERT INTO trust_lists (name, format, version, issuer, document, keys, issued, expires, imported_at, imported_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           ON CONFLICT (name) DO UPDATE SET format = excluded.format, version = excluded.version,
             issuer = excluded.issuer, document = excluded.document, keys = excluded.keys, issued = excluded.issued,
             expires = excluded.expires, imported_at = excluded.imported_at, imported_by = excluded.imported_by";
    GET = "SELECT name, format, version, issuer, document, keys, issued, expires, imported_at, imported_by
           FROM trust_lists WHERE name = $1";
    LIST = "SELECT name, format, version, issuer, document, keys, issued, expires, imported_at, imported_by
            FROM trust_lists ORDER BY name";
    APPLIED = "INSERT INTO trust_list_changes (id, name, version, touched, applied_at, applied_by)
               VALUES ($1, $2, $3, $4, $5, $6)";
    LATEST = "SELECT id, name, version, touched, applied_at, applied_by, reverted_at FROM trust_list_changes
              WHERE name = $1 AND reverted_at IS NULL ORDER BY applied_at DESC, id DESC LIMIT 1";
    REVERTED = "UPDATE trust_list_changes SET reverted_at = $2, reverted_by = $3 WHERE id = $1";
}

/// Keeps a list in the place of an earlier one of its name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, list: &TrustListRow) -> Result<(), StoreError> {
    let version = i64::try_from(list.version).unwrap_or(i64::MAX);
    tx.execute(
        &PUT,
        [
            (&list.name).into(),
            (&list.format).into(),
            version.into(),
            (&list.issuer).into(),
            (&list.document).into(),
            (&list.keys).into(),
            list.issued.into(),
            list.expires.into(),
            list.imported_at.into(),
            (&list.imported_by).into(),
        ],
    )
    .await?;
    Ok(())
}

/// The list of this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn get(reader: &mut Reader, name: &str) -> Result<Option<TrustListRow>, StoreError> {
    reader.fetch_optional(&GET, [name.into()]).await?.map(|row| read(&row)).transpose()
}

/// Every list, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(reader: &mut Reader) -> Result<Vec<TrustListRow>, StoreError> {
    reader.fetch_all(&LIST, []).await?.iter().map(read).collect()
}

/// Notes what applying a list has changed.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn applied(tx: &mut Tx<'_>, row: &AppliedRow) -> Result<(), StoreError> {
    let version = i64::try_from(row.version).unwrap_or(i64::MAX);
    tx.execute(
        &APPLIED,
        [
            row.id.into(),
            (&row.name).into(),
            version.into(),
            (&row.touched).into(),
            row.applied_at.into(),
            (&row.applied_by).into(),
        ],
    )
    .await?;
    Ok(())
}

/// What this list has changed last and was not taken back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn latest(reader: &mut Reader, name: &str) -> Result<Option<AppliedRow>, StoreError> {
    let row = reader.fetch_optional(&LATEST, [name.into()]).await?;
    let read = |row: Row| {
        Ok(AppliedRow {
            id: row.uuid("id")?,
            name: row.text("name")?,
            version: row.count("version")?,
            touched: row.text("touched")?,
            applied_at: row.time("applied_at")?,
            applied_by: row.text("applied_by")?,
            reverted_at: row.time_or_null("reverted_at")?,
        })
    };
    row.map(read).transpose()
}

/// Notes that this was taken back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn reverted(tx: &mut Tx<'_>, id: Uuid, at: Timestamp, by: &str) -> Result<(), StoreError> {
    tx.execute(&REVERTED, [id.into(), at.into(), by.into()]).await?;
    Ok(())
}

fn read(row: &Row) -> Result<TrustListRow, StoreError> {
    Ok(TrustListRow {
        name: row.text("name")?,
        format: row.text("format")?,
        version: row.count("version")?,
        issuer: row.text("issuer")?,
        document: row.blob("document")?,
        keys: row.text("keys")?,
        issued: row.time("issued")?,
        expires: row.time("expires")?,
        imported_at: row.time("imported_at")?,
        imported_by: row.text("imported_by")?,
    })
}
