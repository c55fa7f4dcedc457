//! What was trusted when: each change of a root or of the policy has a version.

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;

use crate::statement::statements;
use crate::value::Value;
use crate::{Reader, StoreError, Tx};

/// The most changes that are read at once; who is further behind takes everything anew.
pub const MOST_CHANGES: u32 = 10_000;

/// A change of what is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustChange {
    /// The root; `None` when it is the policy that changed.
    pub fingerprint: Option<Fingerprint>,
    /// Its state before, as JSON; `None` when it was not in the pool.
    pub before: Option<String>,
    /// Its state after.
    pub after: Option<String>,
}

/// A version and the time from which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustVersion {
    /// The version.
    pub version: u64,
    /// When it began.
    pub at: Timestamp,
}

statements! {
    // Versions follow the clock, so that they grow also when a database was restored from a copy.
    APPEND = "INSERT INTO trust_versions (version, at, fingerprint, state_before, state_after)
              SELECT CASE WHEN version >= CAST($1 AS BIGINT) THEN version + 1 ELSE CAST($1 AS BIGINT) END,
                CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT)
              FROM trust_versions WHERE version = (SELECT MAX(version) FROM trust_versions)
              RETURNING version";
    CURRENT = "SELECT version, at FROM trust_versions WHERE version = (SELECT MAX(version) FROM trust_versions)";
    SINCE = "SELECT fingerprint, state_before, state_after FROM trust_versions WHERE version > $1
             ORDER BY version LIMIT $2";
}

/// Notes a change; the version that begins with it: the seconds of `at` since 1970, or the one after the last.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn append(tx: &mut Tx<'_>, change: &TrustChange, at: Timestamp) -> Result<u64, StoreError> {
    let values: [Value; 5] = [
        at.as_second().max(1).into(),
        at.into(),
        change.fingerprint.map(|fingerprint| fingerprint.to_string()).into(),
        (&change.before).into(),
        (&change.after).into(),
    ];
    tx.tell_of_change();
    tx.fetch_one(&APPEND, values).await?.count("version")
}

/// The version that holds now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn current(reader: &mut Reader) -> Result<TrustVersion, StoreError> {
    let row = reader.fetch_one(&CURRENT, []).await?;
    Ok(TrustVersion { version: row.count("version")?, at: row.time("at")? })
}

/// The changes after this version, the oldest first; at most [`MOST_CHANGES`] of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn since(reader: &mut Reader, version: u64) -> Result<Vec<TrustChange>, StoreError> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let rows = reader.fetch_all(&SINCE, [version.into(), i64::from(MOST_CHANGES).into()]).await?;
    let changes = rows.iter().map(|row| {
        Ok(TrustChange {
            fingerprint: row.parsed_or_null("fingerprint", Fingerprint::parse)?,
            before: row.text_or_null("state_before")?,
            after: row.text_or_null("state_after")?,
        })
    });
    changes.collect()
}
