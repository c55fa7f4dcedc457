//! The store: opens the database, hands out readers, runs transactions.

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use crate::reader::{Failed, Handle, Reader};
use crate::sqlite::{self, Pools};
use crate::tx::{Tx, TxFuture};
use crate::{Location, StoreError, StoreOptions};

/// How often a transaction is run before contention is given up on, the first time included.
const ATTEMPTS: u32 = 5;
/// The pause before the second attempt; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// The database of an ecosystem. Cheap to clone; all clones share its connections.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Pools,
    /// Removed from the disk with the last clone.
    _temporary: Option<Arc<TempDir>>,
}

impl Store {
    /// Opens the database, makes it when it does not exist, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the file cannot be used, [`StoreError::NewerSchema`] when a later version of the
    /// program has written it, [`StoreError::Migration`] when its schema is not one of ours.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        match &options.location {
            Location::File(path) => Ok(Self { pools: sqlite::open(path, options).await?, _temporary: None }),
            Location::Temporary => {
                let folder = tempfile::tempdir()
                    .map_err(|error| StoreError::Open { path: std::env::temp_dir(), source: Box::new(error) })?;
                let pools = sqlite::open(&folder.path().join("opnc.db"), options).await?;
                Ok(Self { pools, _temporary: Some(Arc::new(folder)) })
            }
        }
    }

    /// A connection to read with. It goes back to its pool when dropped; do not hold one across slow work.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when none became free in time.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        let connection =
            self.pools.readers.acquire().await.map_err(|error| StoreError::from_driver("a read", error))?;
        Ok(Reader::new(Handle::Pooled(connection)))
    }

    /// Runs `work` in a transaction: commits when it returns `Ok`, rolls back when it returns `Err`.
    ///
    /// When another transaction is in the way, the whole work is run again, up to five times: it must have no effect
    /// outside `tx`. `name` stands in errors and logs.
    ///
    /// ```
    /// # async fn doc(store: opnc_store::Store) -> Result<(), opnc_store::StoreError> {
    /// let name = "ecosystem".to_owned();
    /// let name = &name;
    /// store
    ///     .run_tx("rename", |tx| Box::pin(async move { opnc_store::settings::put(tx, "name", name).await }))
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    /// What `work` returned, or the [`StoreError`] of a transaction that could not begin or commit.
    pub async fn run_tx<'env, T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> TxFuture<'t, T, E>,
        E: From<StoreError>,
    {
        let mut pause = FIRST_PAUSE;
        for attempt in 1..ATTEMPTS {
            let attempted = self.attempt(name, &work).await;
            if !attempted.contended {
                return attempted.result;
            }
            tracing::debug!(transaction = name, attempt, "another transaction was in the way: trying again");
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
        self.attempt(name, &work).await.result
    }

    async fn attempt<'env, T, E, F>(&self, name: &'static str, work: &F) -> Attempt<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> TxFuture<'t, T, E>,
        E: From<StoreError>,
    {
        let mut tx = match self.begin(name).await {
            Ok(tx) => tx,
            Err(failed) => return failed.into(),
        };
        match work(&mut tx).await {
            Ok(value) => match tx.into_reader().commit(name).await {
                Ok(()) => Attempt { contended: false, result: Ok(value) },
                Err(failed) => failed.into(),
            },
            Err(error) => {
                let reader = tx.into_reader();
                let contended = reader.contended();
                reader.rollback().await;
                Attempt { contended, result: Err(error) }
            }
        }
    }

    /// IMMEDIATE takes the write lock at once: a transaction that reads first and writes later cannot be refused it.
    async fn begin<'env>(&self, name: &'static str) -> Result<Tx<'env>, Failed> {
        let transaction =
            self.pools.writer.begin_with("BEGIN IMMEDIATE").await.map_err(|error| Failed::new(name, error))?;
        Ok(Tx::new(Reader::new(Handle::Transaction(transaction))))
    }

    /// Waits for what is running and closes the database. Later calls fail.
    pub async fn close(&self) {
        self.pools.readers.close().await;
        self.pools.writer.close().await;
    }
}

/// How one run of a transaction ended.
struct Attempt<T, E> {
    contended: bool,
    result: Result<T, E>,
}

impl<T, E: From<StoreError>> From<Failed> for Attempt<T, E> {
    fn from(failed: Failed) -> Self {
        Self { contended: failed.contended, result: Err(failed.error.into()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::settings;

    async fn store() -> Store {
        Store::open(&StoreOptions::temporary()).await.unwrap()
    }

    /// A stand-in for a serialisation failure, which SQLite has none of inside an IMMEDIATE transaction.
    fn lost() -> StoreError {
        StoreError::Busy { doing: "test", source: "lost against another transaction".into() }
    }

    #[tokio::test]
    async fn work_that_lost_is_run_again_from_the_start() {
        let (store, runs) = (store().await, AtomicU32::new(0));
        let runs = &runs;
        let result: Result<&str, StoreError> = store
            .run_tx("test", |tx| {
                Box::pin(async move {
                    settings::put(tx, &format!("run {}", runs.load(Ordering::Relaxed)), "").await?;
                    if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                        tx.pretend_contention();
                        return Err(lost());
                    }
                    Ok("done")
                })
            })
            .await;
        assert_eq!(result.unwrap(), "done");
        assert_eq!(runs.load(Ordering::Relaxed), 3);
        let mut reader = store.read().await.unwrap();
        assert_eq!(settings::get(&mut reader, "run 0").await.unwrap(), None);
        assert_eq!(settings::get(&mut reader, "run 2").await.unwrap(), Some(String::new()));
    }

    #[tokio::test]
    async fn work_that_always_loses_is_given_up() {
        let (store, runs) = (store().await, AtomicU32::new(0));
        let runs = &runs;
        let result: Result<(), StoreError> = store
            .run_tx("test", |tx| {
                Box::pin(async move {
                    runs.fetch_add(1, Ordering::Relaxed);
                    tx.pretend_contention();
                    Err(lost())
                })
            })
            .await;
        assert!(result.unwrap_err().is_temporary());
        assert_eq!(runs.load(Ordering::Relaxed), ATTEMPTS);
    }

    #[tokio::test]
    async fn an_error_of_the_work_itself_is_not_repeated() {
        let (store, runs) = (store().await, AtomicU32::new(0));
        let runs = &runs;
        let result: Result<(), StoreError> = store
            .run_tx("test", |_| {
                Box::pin(async move {
                    runs.fetch_add(1, Ordering::Relaxed);
                    Err(StoreError::Unstorable { column: "x", reason: "no".into() })
                })
            })
            .await;
        assert!(!result.unwrap_err().is_temporary());
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }
}
