//! Where the data of a test are: in a file, or in a database of PostgreSQL made for it.

use opnc_store::{Location, StoreOptions};
use opnc_test_postgres::Database;
use tempfile::TempDir;

use crate::Snapshot;

/// A place for data that goes with this value.
pub struct TestDb(Place);

enum Place {
    Sqlite(TempDir),
    Postgres(Database),
}

impl TestDb {
    /// One of the engine that was chosen for this run by `$OPNC_TEST_ENGINE`.
    pub async fn new() -> Self {
        Self::on(opnc_test_postgres::is_chosen()).await
    }

    /// One of PostgreSQL, or of SQLite.
    pub async fn on(postgres: bool) -> Self {
        if postgres {
            Self(Place::Postgres(Database::migrated().await.expect("OPNC_TEST_POSTGRES is the URL of a server")))
        } else {
            Self(Place::Sqlite(tempfile::tempdir().expect("a folder")))
        }
    }

    /// Where it is.
    pub fn location(&self) -> Location {
        match &self.0 {
            Place::Sqlite(folder) => Location::File(folder.path().join("opnc.db")),
            Place::Postgres(database) => Location::Postgres(database.url()),
        }
    }

    /// The usual options for it.
    pub fn options(&self) -> StoreOptions {
        StoreOptions::at(self.location())
    }

    /// Everything that is in it now.
    pub async fn snapshot(&self) -> Snapshot {
        match &self.0 {
            Place::Sqlite(folder) => Snapshot::of_sqlite(&folder.path().join("opnc.db")).await,
            Place::Postgres(database) => Snapshot::of_postgres(database).await,
        }
    }
}
