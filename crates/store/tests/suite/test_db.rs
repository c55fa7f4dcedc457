//! A database of the engine under test, with every table and no row.

use std::path::PathBuf;
use std::time::Duration;

use opnc_store::{Reader, Store, StoreError, StoreOptions};
use opnc_test_postgres::Database;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;

/// A database that goes with this value.
pub(crate) struct TestDb {
    pub(crate) store: Store,
    place: Place,
}

enum Place {
    Sqlite(TempDir),
    Postgres(Database),
}

impl TestDb {
    /// One of the engine that was chosen for this run.
    pub(crate) async fn empty() -> Self {
        if opnc_test_postgres::is_chosen() {
            Self::postgres("a test of the store on PostgreSQL").await.unwrap()
        } else {
            Self::sqlite().await
        }
    }

    pub(crate) async fn sqlite() -> Self {
        Self::open(Place::Sqlite(tempfile::tempdir().unwrap())).await
    }

    /// `None`, and the test `name` noted as skipped, where there is no PostgreSQL.
    pub(crate) async fn postgres(name: &str) -> Option<Self> {
        let Some(database) = Database::migrated().await else {
            opnc_test_postgres::skip(name);
            return None;
        };
        Some(Self::open(Place::Postgres(database)).await)
    }

    async fn open(place: Place) -> Self {
        let store = Store::open(&place.options()).await.unwrap();
        Self { store, place }
    }

    /// The file, on SQLite.
    pub(crate) fn path(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite(folder) => folder.path().join("test.db"),
            Place::Postgres(_) => panic!("PostgreSQL has no file"),
        }
    }

    pub(crate) fn options(&self) -> StoreOptions {
        self.place.options()
    }

    pub(crate) async fn reader(&self) -> Reader {
        self.store.read().await.unwrap()
    }

    /// Opens the same database once more, as another process would.
    pub(crate) async fn open_again(&self) -> Result<Store, StoreError> {
        Store::open(&self.options()).await
    }

    /// Runs a statement that is the same on both engines, past the store.
    pub(crate) async fn execute(&self, statement: &str) {
        let statement = AssertSqlSafe(statement);
        match &self.place {
            Place::Sqlite(_) => self.sqlite_connection().await.execute(statement).await.map(drop).unwrap(),
            Place::Postgres(database) => database.connect().await.execute(statement).await.map(drop).unwrap(),
        }
    }

    /// The one number that a statement answers with.
    pub(crate) async fn count(&self, statement: &str) -> i64 {
        match &self.place {
            Place::Sqlite(_) => {
                let query = sqlx::query_scalar(AssertSqlSafe(statement));
                query.fetch_one(&mut self.sqlite_connection().await).await.unwrap()
            }
            Place::Postgres(_) => {
                let query = sqlx::query_scalar(AssertSqlSafe(statement));
                query.fetch_one(&mut self.postgres_connection().await).await.unwrap()
            }
        }
    }

    /// The one value of bytes that a statement answers with.
    pub(crate) async fn bytes(&self, statement: &str) -> Vec<u8> {
        match &self.place {
            Place::Sqlite(_) => {
                let query = sqlx::query_scalar(AssertSqlSafe(statement));
                query.fetch_one(&mut self.sqlite_connection().await).await.unwrap()
            }
            Place::Postgres(_) => {
                let query = sqlx::query_scalar(AssertSqlSafe(statement));
                query.fetch_one(&mut self.postgres_connection().await).await.unwrap()
            }
        }
    }

    pub(crate) async fn sqlite_connection(&self) -> SqliteConnection {
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(self.path())).await.unwrap()
    }

    pub(crate) async fn postgres_connection(&self) -> sqlx::PgConnection {
        match &self.place {
            Place::Postgres(database) => database.connect().await,
            Place::Sqlite(_) => panic!("this is SQLite"),
        }
    }
}

impl Place {
    fn options(&self) -> StoreOptions {
        let options = match self {
            Self::Sqlite(folder) => StoreOptions::file(folder.path().join("test.db")),
            Self::Postgres(database) => StoreOptions::postgres(database.url()),
        };
        // A busy machine is no reason for a test to fail.
        StoreOptions { busy_timeout: Duration::from_secs(30), ..options }
    }
}

/// Runs one call in a transaction of its own: `write!(db, tx => settings::put(tx, "a", "b"))`.
macro_rules! write {
    ($db:expr, $tx:ident => $call:expr) => {
        $db.store.run_tx::<_, opnc_store::StoreError, _>("test", |$tx| Box::pin($call)).await.unwrap()
    };
}
pub(crate) use write;
