//! SQLite: how a file is opened so that an answered write is never lost.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

use crate::error::is_conflict;
use crate::{StoreError, StoreOptions, migrations};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The connections to one file: SQLite knows one writer at a time, so there is one, and nobody meets a lock.
#[derive(Debug, Clone)]
pub(crate) struct Pools {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
}

/// Opens or creates the file and brings its schema up to date.
pub(crate) async fn open(path: &Path, options: &StoreOptions) -> Result<Pools, StoreError> {
    create_private(path).map_err(|error| open_error(path, error))?;
    let connect = connect_options(path, options.busy_timeout);
    let writer = open_writer(&connect, options.busy_timeout).await.map_err(|error| open_error(path, error))?;
    migrate(path, &writer).await?;
    let readers = lasting_pool(options.readers.max(1))
        .acquire_timeout(options.busy_timeout.max(Duration::from_millis(100)))
        .connect_with(connect.pragma("query_only", "ON"))
        .await
        .map_err(|error| open_error(path, error))?;
    Ok(Pools { writer, readers })
}

/// A new file is given its log by whoever opens it first. SQLite tells the others at once that it is locked, without waiting
/// for `busy_timeout`, where waiting could not end otherwise; so it is done here.
async fn open_writer(connect: &SqliteConnectOptions, longest: Duration) -> Result<SqlitePool, sqlx::Error> {
    let mut waited = Duration::ZERO;
    loop {
        let opened = lasting_pool(1)
            .before_acquire(|connection, _| Box::pin(async move { Ok(is_at_rest(connection)) }))
            .connect_with(for_writing(connect.clone()))
            .await;
        match opened {
            Err(error) if is_conflict(&error) && waited < longest => {
                tokio::time::sleep(LOCKED_PAUSE).await;
                waited += LOCKED_PAUSE;
            }
            opened => return opened,
        }
    }
}

/// The pause before the next try at a file that another process is just making.
const LOCKED_PAUSE: Duration = Duration::from_millis(20);

/// The size of a page in a new file; an old one keeps its own. A contract with its message takes about 2,050 bytes, and a row
/// shares a page of 4,096 with another one only if both are a little smaller.
const PAGE: u32 = 8192;

/// Rows that are read before somebody takes them: as many as are asked for at once.
const ROWS: usize = 512;

/// FULL: a commit has reached the disk before it is answered, which WAL alone (NORMAL) does not promise on power loss.
fn connect_options(path: &Path, busy_timeout: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .page_size(PAGE)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(busy_timeout)
        .row_buffer_size(ROWS)
        .disable_statement_logging()
}

/// What the writer remembers of the file, in KiB: the pages that random keys (serial numbers, fingerprints) are put into.
const REMEMBERED: &str = "-32768";
/// The writer alone. A statement of many rows keeps the pages that it changes until it is sure to succeed, where it does
/// (`INSERT … SELECT`, `UPDATE`): in memory, and not in a temporary file that is made and removed in each transaction.
/// What is deleted is overwritten: an identifier that was erased must not stay readable in the file.
fn for_writing(connect: SqliteConnectOptions) -> SqliteConnectOptions {
    connect.pragma("temp_store", "MEMORY").pragma("cache_size", REMEMBERED).pragma("secure_delete", "ON")
}

/// Connections to a file do not go stale: they are kept, and not probed before each use.
fn lasting_pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(size).idle_timeout(None).max_lifetime(None).test_before_acquire(false)
}

/// Whether a connection that was given back has ended its transaction. Where the disk is full SQLite may roll back by
/// itself, so that the driver's ROLLBACK fails and it believes for ever in a transaction that has gone, or the transaction
/// may not have gone; then another connection takes its place.
fn is_at_rest(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// One transaction around all migrations: a second process that starts at the same time waits, and finds them done.
async fn migrate(path: &Path, writer: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.map_err(|error| open_error(path, error))?;
    migrations::run(&MIGRATIONS, &mut *transaction).await?;
    transaction.commit().await.map_err(|error| StoreError::Migration { source: Box::new(error) })
}

/// Makes the file readable by its owner alone; SQLite gives its companions (`-wal`, `-shm`) the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn open_error(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Open { database: path.display().to_string(), source: Box::new(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(pool: &SqlitePool, sql: &'static str) -> String {
        let value: Result<i64, _> = sqlx::query_scalar(sql).fetch_one(pool).await;
        match value {
            Ok(number) => number.to_string(),
            Err(_) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// What keeps an answered write through `kill -9` and through power loss: a log that is synced at each commit.
    #[tokio::test]
    async fn commits_are_durable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let options = StoreOptions::file(&path);
        let pools = open(&path, &options).await.unwrap();
        for pool in [&pools.writer, &pools.readers] {
            assert_eq!(pragma(pool, "PRAGMA journal_mode").await, "wal");
            assert_eq!(pragma(pool, "PRAGMA synchronous").await, "2", "FULL");
            assert_eq!(pragma(pool, "PRAGMA foreign_keys").await, "1");
            assert_eq!(pragma(pool, "PRAGMA busy_timeout").await, "5000");
            assert_eq!(pragma(pool, "PRAGMA page_size").await, "8192");
        }
        assert_eq!(pragma(&pools.writer, "PRAGMA query_only").await, "0");
        assert_eq!(pragma(&pools.writer, "PRAGMA temp_store").await, "2", "MEMORY");
        assert_eq!(pragma(&pools.readers, "PRAGMA query_only").await, "1");
        assert_eq!(
            (pools.writer.options().get_max_connections(), pools.readers.options().get_max_connections()),
            (1, 4)
        );
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let _pools = open(&path, &StoreOptions::file(&path)).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?} has mode {mode:o}", entry.file_name());
        }
    }

    #[tokio::test]
    async fn a_path_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("test.db");
        let error = open(&path, &StoreOptions::file(&path)).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Open { database, .. } if *database == path.display().to_string()),
            "{error}"
        );
    }
}
