//! The two engines behind one store.

use std::path::Path;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, Transaction};

use crate::{PostgresUrl, StoreError, StoreOptions, postgres, sqlite};

/// The connections to a database.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(sqlite::Pools),
    Postgres(postgres::Pools),
}

/// How the connections of a pool are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// `readers` or `writers`.
    pub name: &'static str,
    /// Connections that somebody works with.
    pub used: u32,
    /// Connections that are open and wait.
    pub idle: u32,
}

fn pool_use<DB: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<DB>) -> PoolUse {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    PoolUse { name, used: pool.size().saturating_sub(idle), idle }
}

/// What a reader reads through.
pub(crate) enum Handle {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

/// A connection of either driver.
pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Engine {
    pub(crate) async fn sqlite(path: &Path, options: &StoreOptions) -> Result<Self, StoreError> {
        sqlite::open(path, options).await.map(Self::Sqlite)
    }

    pub(crate) async fn postgres(url: &PostgresUrl, options: &StoreOptions) -> Result<Self, StoreError> {
        postgres::open(url, options).await.map(Self::Postgres)
    }

    pub(crate) fn pools(&self) -> Vec<PoolUse> {
        match self {
            Self::Sqlite(pools) => vec![pool_use("readers", &pools.readers), pool_use("writers", &pools.writer)],
            Self::Postgres(pools) => vec![pool_use("readers", &pools.readers), pool_use("writers", &pools.writers)],
        }
    }

    /// A pool of one connection that is always in use, where other processes can be heard of.
    pub(crate) fn listening(&self) -> Option<PgPool> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(pools) => Some(pools.listening()),
        }
    }

    pub(crate) async fn read(&self) -> Result<Handle, sqlx::Error> {
        match self {
            Self::Sqlite(pools) => pools.readers.acquire().await.map(Handle::Sqlite),
            Self::Postgres(pools) => pools.readers.acquire().await.map(Handle::Postgres),
        }
    }

    /// One after the other, on both engines: a service decides by what it has read, and each change adds a row behind the
    /// head of the audit log, so two that overlapped could never both be committed (ADR 0006). On SQLite, IMMEDIATE takes
    /// the write lock at once: a transaction that reads first and writes later cannot be refused it. On PostgreSQL all that
    /// write wait for one table lock before their view of the database begins, so that it has everything that was
    /// committed; then SERIALIZABLE would find nothing more, and takes note of all that is read for it.
    pub(crate) async fn begin(&self) -> Result<Handle, sqlx::Error> {
        match self {
            Self::Sqlite(pools) => pools.writer.begin_with("BEGIN IMMEDIATE").await.map(Handle::SqliteTransaction),
            Self::Postgres(pools) => {
                let mut transaction = pools.writers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
                // By itself: sent along with BEGIN, a lock that is not had, or not waited for to the end, would leave the
                // connection in a transaction of which the driver does not know.
                sqlx::raw_sql("LOCK TABLE audit_ends IN EXCLUSIVE MODE").execute(&mut *transaction).await?;
                Ok(Handle::PostgresTransaction(transaction))
            }
        }
    }

    /// How often a transaction is run before contention is given up on, the first time included. On SQLite each run
    /// has waited for the lock before; on PostgreSQL one of those that meet goes on, and the others try at once.
    pub(crate) fn attempts(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 5,
            Self::Postgres(_) => 20,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pools) => {
                pools.readers.close().await;
                pools.writer.close().await;
            }
            Self::Postgres(pools) => {
                pools.readers.close().await;
                pools.writers.close().await;
            }
        }
    }
}

impl Handle {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::SqliteTransaction(transaction) => Connection::Sqlite(transaction),
            Self::Postgres(connection) => Connection::Postgres(connection),
            Self::PostgresTransaction(transaction) => Connection::Postgres(transaction),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
            Self::SqliteTransaction(transaction) => transaction.commit().await,
            Self::PostgresTransaction(transaction) => transaction.commit().await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
            Self::SqliteTransaction(transaction) => transaction.rollback().await,
            Self::PostgresTransaction(transaction) => transaction.rollback().await,
        }
    }
}
