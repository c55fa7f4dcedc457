//! The root certificate pool: which anchors the ecosystem trusts, and for what.

use jiff::Timestamp;
use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// A root certificate. What can be derived from the certificate is not stored beside it (B8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its id in the API.
    pub id: Uuid,
    /// SHA-256 of `der`.
    pub fingerprint: Fingerprint,
    /// What it is trusted for; never empty.
    pub types: Vec<RootType>,
    /// The certificate trust lists that know it (`rootCtlList`).
    pub ctl_list: Vec<String>,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// `certificateRevocationList`, as it was sent.
    pub certificate_revocation_list: Option<String>,
    /// `crossCertificatePair`, as it was sent.
    pub cross_certificate_pair: Option<String>,
    /// `labeledUri`, as it was sent.
    pub labeled_uri: Option<String>,
    /// The end of its validity.
    pub not_after: Timestamp,
    /// When it entered the pool.
    pub created_at: Timestamp,
}

/// Which part of a list is asked for (P9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The number of the page; the first is 1.
    pub number: u32,
    /// How many entries a page has.
    pub size: u32,
}

/// What [`put`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutRoot {
    /// The id under which the root is found: the earlier one when it was in the pool.
    pub id: Uuid,
    /// Whether it is new.
    pub created: bool,
}

macro_rules! columns {
    () => {
        "id, fingerprint, types, ctl_list, der, certificate_revocation_list, cross_certificate_pair, labeled_uri,
         not_after, created_at"
    };
}

statements! {
    PUT = "INSERT INTO roots (id, fingerprint, types, ctl_list, der, certificate_revocation_list,
             cross_certificate_pair, labeled_uri, not_after, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           ON CONFLICT (fingerprint) DO UPDATE SET types = excluded.types, ctl_list = excluded.ctl_list,
             certificate_revocation_list = excluded.certificate_revocation_list,
             cross_certificate_pair = excluded.cross_certificate_pair, labeled_uri = excluded.labeled_uri
           RETURNING id";
    BY_ID = concat!("SELECT ", columns!(), " FROM roots WHERE id = $1");
    BY_FINGERPRINT = concat!("SELECT ", columns!(), " FROM roots WHERE fingerprint = $1");
    LIST = concat!(
        "SELECT ", columns!(), " FROM roots WHERE types LIKE $1 ORDER BY created_at, id LIMIT $2 OFFSET $3"
    );
    ENDED = concat!(
        "SELECT ", columns!(), " FROM roots WHERE not_after < $1 AND expiry_told_at IS NULL ORDER BY not_after, id LIMIT $2"
    );
    SET_EXPIRY_TOLD = "UPDATE roots SET expiry_told_at = $2 WHERE id = $1";
    COUNT = "SELECT COUNT(*) AS total FROM roots WHERE types LIKE $1";
    DELETE = concat!("DELETE FROM roots WHERE id = $1 RETURNING ", columns!());
}

/// Puts a root into the pool. One with the same fingerprint keeps its id and age, and gets the new types and metadata.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, root: &Root) -> Result<PutRoot, StoreError> {
    let row = tx
        .fetch_one(
            &PUT,
            [
                root.id.into(),
                (&root.fingerprint).into(),
                types_to_text(&root.types).into(),
                Value::json("ctl_list", &root.ctl_list)?,
                (&root.der).into(),
                (&root.certificate_revocation_list).into(),
                (&root.cross_certificate_pair).into(),
                (&root.labeled_uri).into(),
                root.not_after.into(),
                root.created_at.into(),
            ],
        )
        .await?;
    let id = row.uuid("id")?;
    Ok(PutRoot { id, created: id == root.id })
}

/// The root with this id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(reader: &mut Reader, id: Uuid) -> Result<Option<Root>, StoreError> {
    let row = reader.fetch_optional(&BY_ID, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// The root with this fingerprint (P10).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_fingerprint(reader: &mut Reader, fingerprint: &Fingerprint) -> Result<Option<Root>, StoreError> {
    let row = reader.fetch_optional(&BY_FINGERPRINT, [fingerprint.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Up to `limit` roots that have ended before this time and of which nobody was told so, the oldest end first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ended(reader: &mut Reader, before: Timestamp, limit: u32) -> Result<Vec<Root>, StoreError> {
    reader.fetch_all(&ENDED, [before.into(), limit.into()]).await?.iter().map(read).collect()
}

/// Notes that everybody was told of a root's end.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_expiry_told(tx: &mut Tx<'_>, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(&SET_EXPIRY_TOLD, [id.into(), at.into()]).await?;
    Ok(())
}

/// The roots of a type, or all, the oldest first; the whole list, or one page of it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(
    reader: &mut Reader,
    root_type: Option<RootType>,
    page: Option<Page>,
) -> Result<Vec<Root>, StoreError> {
    let (limit, offset) = match page {
        Some(page) => (i64::from(page.size), i64::from(page.size) * i64::from(page.number.saturating_sub(1))),
        None => (i64::MAX, 0),
    };
    let rows = reader.fetch_all(&LIST, [types_pattern(root_type).into(), limit.into(), offset.into()]).await?;
    rows.iter().map(read).collect()
}

/// How many roots of a type, or of all, there are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn count(reader: &mut Reader, root_type: Option<RootType>) -> Result<u64, StoreError> {
    reader.fetch_one(&COUNT, [types_pattern(root_type).into()]).await?.count("total")
}

/// Takes a root out of the pool, and returns it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn delete(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Root>, StoreError> {
    let row = tx.fetch_optional(&DELETE, [id.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

pub(super) fn read(row: &Row) -> Result<Root, StoreError> {
    Ok(Root {
        id: row.uuid("id")?,
        fingerprint: row.fingerprint("fingerprint")?,
        types: row.word("types", types_from_text)?,
        ctl_list: row.json("ctl_list")?,
        der: row.blob("der")?,
        certificate_revocation_list: row.text_or_null("certificate_revocation_list")?,
        cross_certificate_pair: row.text_or_null("cross_certificate_pair")?,
        labeled_uri: row.text_or_null("labeled_uri")?,
        not_after: row.time("not_after")?,
        created_at: row.time("created_at")?,
    })
}

/// Each type between commas, `,V2G,OEM,`: no name of a type is part of another's, and LIKE can ask for one.
pub(super) fn types_to_text(types: &[RootType]) -> String {
    types.iter().fold(String::from(","), |text, root_type| text + root_type.as_str() + ",")
}

pub(super) fn types_from_text(text: &str) -> Option<Vec<RootType>> {
    text.split(',').filter(|name| !name.is_empty()).map(RootType::parse).collect()
}

fn types_pattern(root_type: Option<RootType>) -> String {
    root_type.map_or_else(|| "%".to_owned(), |root_type| format!("%,{},%", root_type.as_str()))
}
