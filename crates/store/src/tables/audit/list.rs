//! Reading the audit log, page by page.

use jiff::Timestamp;
use uuid::Uuid;

use super::ends;
use super::entry::{AuditEntry, AuditRow, Outcome};
use crate::row::Row;
use crate::statement::{Statement, statements};
use crate::value::Value;
use crate::{Reader, StoreError};

/// Which rows; the default is all of them.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// By this party.
    pub party_id: Option<Uuid>,
    /// By this account of the machine.
    pub actor: Option<String>,
    /// This operation.
    pub operation: Option<String>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// About the identifier with this keyed hash.
    pub subject_hash: Option<String>,
}

macro_rules! columns {
    () => {
        "seq, id, at, party_id, actor, operation, outcome, subject_hash, trace_id, hash"
    };
}

macro_rules! filtered {
    () => {
        "AND at >= COALESCE($2, at) AND at < COALESCE($3, at + 1)
           AND ($4 = '' OR party_id = $4)
           AND ($5 = '' OR actor = $5)
           AND ($6 = '' OR operation = $6)
           AND ($7 = '' OR outcome = $7)
           AND ($8 = '' OR subject_hash = $8)"
    };
}

statements! {
    LIST = concat!("SELECT ", columns!(), " FROM audit WHERE seq > $1 ", filtered!(), " ORDER BY seq LIMIT $9");
    LATEST = concat!("SELECT ", columns!(), " FROM audit WHERE seq < $1 ", filtered!(), " ORDER BY seq DESC LIMIT $9");
    OF_SUBJECT = concat!("SELECT ", columns!(), " FROM audit WHERE subject_hash = $1 ORDER BY seq LIMIT $2");
}

/// Up to `limit` rows that the filter lets through, in order, from the one behind number `after`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(
    reader: &mut Reader,
    filter: &AuditFilter,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    fetch(reader, &LIST, filter, ends::number(after)?, limit).await
}

/// Up to `limit` rows that the filter lets through, the newest first, from the one before number `before`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn latest(
    reader: &mut Reader,
    filter: &AuditFilter,
    before: u64,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    // No row has a number beyond those of the database.
    let before = i64::try_from(before).unwrap_or(i64::MAX).into();
    fetch(reader, &LATEST, filter, before, limit).await
}

async fn fetch(
    reader: &mut Reader,
    statement: &'static Statement,
    filter: &AuditFilter,
    from: Value,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned().into();
    let rows = reader
        .fetch_all(
            statement,
            [
                from,
                filter.since.into(),
                filter.until.into(),
                text(filter.party_id.map(|id| id.to_string()).as_deref()),
                text(filter.actor.as_deref()),
                text(filter.operation.as_deref()),
                text(filter.outcome.map(Outcome::as_str)),
                text(filter.subject_hash.as_deref()),
                limit.into(),
            ],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Up to `limit` rows about the identifier with this keyed hash, in order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_subject(reader: &mut Reader, subject_hash: &str, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
    reader.fetch_all(&OF_SUBJECT, [subject_hash.into(), limit.into()]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        seq: row.count("seq")?,
        entry: AuditEntry {
            id: row.uuid("id")?,
            at: row.time("at")?,
            party_id: row.uuid_or_null("party_id")?,
            actor: row.text_or_null("actor")?,
            operation: row.text("operation")?,
            outcome: row.word("outcome", Outcome::parse)?,
            subject_hash: row.text("subject_hash")?,
            trace_id: row.uuid("trace_id")?,
        },
        hash: row.hash("hash")?,
    })
}
