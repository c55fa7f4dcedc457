//! A copy of a SQLite database while it is in use.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::StoreError;

/// Copies the database `from` into `to`, as it stands at one moment: readers and writers go on meanwhile. The copy is
/// checked, one file, and needs no log beside it. `to` is missing or empty.
///
/// # Errors
/// [`StoreError::Open`] when one of the files cannot be used, [`StoreError::Query`] when the copy fails or is not sound.
pub async fn backup(from: &Path, to: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::from_driver("a backup", error);
    let mut source = open(from).await?;
    let target = to.to_str().ok_or_else(|| failed(sqlx::Error::Protocol(format!("{} is no UTF-8", to.display()))))?;
    // With a write transaction of another process in the way it waits; a reader of the log is what it is itself.
    sqlx::query("VACUUM INTO $1").bind(target.to_owned()).execute(&mut source).await.map_err(failed)?;
    source.close().await.map_err(failed)?;
    let mut copy = open(to).await?;
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut copy).await.map_err(failed)?;
    copy.close().await.map_err(failed)?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(failed(sqlx::Error::Protocol(format!("the copy is not sound: {verdict}"))))
    }
}

pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false).disable_statement_logging();
    SqliteConnection::connect_with(&options)
        .await
        .map_err(|error| StoreError::Open { database: path.display().to_string(), source: Box::new(error) })
}
