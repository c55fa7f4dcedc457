//! An empty database of the engine under test.

use std::path::PathBuf;

use opnc_store::{Reader, Store, StoreError, StoreOptions};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

/// A database that goes with this value.
pub(crate) struct TestDb {
    pub(crate) store: Store,
    folder: TempDir,
}

impl TestDb {
    pub(crate) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreOptions::file(folder.path().join("test.db"))).await.unwrap();
        Self { store, folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    pub(crate) async fn reader(&self) -> Reader {
        self.store.read().await.unwrap()
    }

    /// Does something to the database behind the program's back.
    pub(crate) async fn execute(&self, sql: &'static str) {
        let options = SqliteConnectOptions::new().filename(self.path());
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }

    /// Opens the same database once more, as another process would.
    pub(crate) async fn open_again(&self) -> Result<Store, StoreError> {
        Store::open(&StoreOptions::file(self.path())).await
    }
}

/// Runs one call in a transaction of its own: `write!(db, tx => settings::put(tx, "a", "b"))`.
macro_rules! write {
    ($db:expr, $tx:ident => $call:expr) => {
        $db.store.run_tx::<_, opnc_store::StoreError, _>("test", |$tx| Box::pin($call)).await.unwrap()
    };
}
pub(crate) use write;
