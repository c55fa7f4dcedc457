//! The store: opens the database, hands out readers, runs transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use crate::engine::{Engine, PoolUse};
use crate::error::{is_conflict, is_worth_repeating};
use crate::known::Known;
use crate::meter::Meter;
use crate::reader::Reader;
use crate::tx::{Tx, TxFuture};
use crate::wake::{Wake, Waker};
use crate::{Location, StoreError, StoreOptions};

/// The pause before the second attempt at a transaction; it doubles with each further one, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(320);

/// The database of an ecosystem. Cheap to clone; all clones share its connections.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    known: Known,
    meter: Meter,
    /// How many transactions of this process have changed what is remembered.
    changes: Arc<AtomicU64>,
    waker: Waker,
    /// Removed from the disk with the last clone.
    _temporary: Option<Arc<TempDir>>,
}

impl Store {
    /// Opens the database, makes it when it does not exist (a file; PostgreSQL's has to), and brings its schema up to
    /// date. Several processes may do so at once: one migrates, the others wait.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the file or server cannot be used, [`StoreError::NewerSchema`] when a later version of the
    /// program has written it, [`StoreError::Migration`] when its schema is not one of ours.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let (engine, temporary) = match &options.location {
            Location::File(path) => (Engine::sqlite(path, options).await?, None),
            Location::Postgres(url) => (Engine::postgres(url, options).await?, None),
            Location::Temporary => {
                let folder = tempfile::tempdir().map_err(|error| {
                    let database = std::env::temp_dir().display().to_string();
                    StoreError::Open { database, source: Box::new(error) }
                })?;
                (Engine::sqlite(&folder.path().join("opnc.db"), options).await?, Some(Arc::new(folder)))
            }
        };
        Ok(Self {
            engine,
            known: Known::default(),
            meter: Meter::default(),
            changes: Arc::default(),
            waker: Waker::default(),
            _temporary: temporary,
        })
    }

    /// Takes down what this store, and what is built on it, does.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// How the connections are used at this moment.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolUse> {
        self.engine.pools()
    }

    /// A connection to read with. It goes back to its pool when dropped; do not hold one across slow work.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when none became free in time, [`StoreError::Unreachable`] when none can be made.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        let handle = self.engine.read().await.map_err(|error| StoreError::from_driver("a read", error))?;
        Ok(Reader::new(handle, self.known.clone()))
    }

    /// A number that is another one after each transaction of this process that revoked a certificate or changed whom to
    /// trust: what was read of these before may be old. Other processes change the database without it.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Waits for events that transactions append: those of this process, and on PostgreSQL those of all processes on the
    /// same database. Nothing is asked of the database by it, and nothing may depend on it but speed.
    #[must_use]
    pub fn wake(&self) -> Wake {
        self.waker.waiting(self.engine.listening())
    }

    /// Runs `work` in a transaction: commits when it returns `Ok`, rolls back when it returns `Err`.
    ///
    /// When another transaction is in the way, the whole work is run again, several times: it must have no effect
    /// outside `tx`. So it is when the connection breaks before the commit. After a statement that failed nothing is
    /// committed, even where `work` returns `Ok`. `name` stands in errors and logs.
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
        let began = self.meter.begin();
        let result = self.run_until_alone(name, &work).await;
        let outcome = if result.is_ok() { "committed" } else { "rolled back" };
        self.meter.took("opnc_store_transaction_duration_seconds", &[("transaction", name)], began);
        self.meter.count("opnc_store_transactions_total", &[("transaction", name), ("outcome", outcome)]);
        result
    }

    async fn run_until_alone<'env, T, E, F>(&self, name: &'static str, work: &F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> TxFuture<'t, T, E>,
        E: From<StoreError>,
    {
        let mut pause = FIRST_PAUSE;
        for attempt in 1..self.engine.attempts() {
            let attempted = self.attempt(name, work).await;
            if !attempted.repeat {
                return attempted.result;
            }
            tracing::debug!(transaction = name, attempt, "another transaction was in the way: trying again");
            // Those that met each other must not meet again.
            tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
        self.attempt(name, work).await.result
    }

    async fn attempt<'env, T, E, F>(&self, name: &'static str, work: &F) -> Attempt<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> TxFuture<'t, T, E>,
        E: From<StoreError>,
    {
        let mut tx = match self.engine.begin().await {
            Ok(handle) => Tx::new(Reader::new(handle, self.known.clone())),
            Err(error) => return Attempt::failed(is_worth_repeating(&error), StoreError::from_driver(name, error)),
        };
        let mut result = work(&mut tx).await;
        if result.is_ok()
            && let Err(error) = tx.finish(&self.waker).await
        {
            result = Err(error.into());
        }
        let (events, changed) = (tx.has_events(), tx.has_changed());
        let reader = tx.into_reader();
        match (result, reader.failure()) {
            (Ok(value), None) => match reader.commit().await {
                Ok(()) => {
                    if changed {
                        self.changes.fetch_add(1, Ordering::Release);
                    }
                    if events {
                        self.waker.wake();
                    }
                    Attempt { repeat: false, result: Ok(value) }
                }
                // After a lost connection nobody knows whether it was committed: that is not repeated.
                Err(error) => Attempt::failed(is_conflict(&error), StoreError::of_commit(name, error)),
            },
            (result, failure) => {
                reader.rollback().await;
                let repeat = failure.is_some_and(|failure| failure.repeat);
                match (result, failure) {
                    (Ok(_), Some(failure)) => {
                        Attempt::failed(repeat, StoreError::Abandoned { statement: failure.statement })
                    }
                    (result, _) => Attempt { repeat, result },
                }
            }
        }
    }

    /// Waits for what is running and closes the database. Later calls fail.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

/// How one run of a transaction ended.
struct Attempt<T, E> {
    /// Whether running it again can help.
    repeat: bool,
    result: Result<T, E>,
}

impl<T, E: From<StoreError>> Attempt<T, E> {
    fn failed(repeat: bool, error: StoreError) -> Self {
        Self { repeat, result: Err(error.into()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{credentials, settings};

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
        assert_eq!(runs.load(Ordering::Relaxed), store.engine.attempts());
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

    /// A full disk makes SQLite roll back by itself, so that the driver's own ROLLBACK fails: here somebody else does.
    #[tokio::test]
    async fn a_transaction_that_the_engine_rolled_back_leaves_a_writer_that_works() {
        let store = store().await;
        for _ in 0..3 {
            let result: Result<(), StoreError> = store
                .run_tx("test", |tx| {
                    Box::pin(async move {
                        settings::put(tx, "half", "done").await?;
                        tx.roll_back_behind_the_driver().await;
                        Err(StoreError::Unstorable { column: "x", reason: "no".into() })
                    })
                })
                .await;
            assert!(result.unwrap_err().to_string().contains("a value for x"));
        }
        let result: Result<(), StoreError> =
            store.run_tx("test", |tx| Box::pin(async move { settings::put(tx, "whole", "done").await })).await;
        result.unwrap();
        let mut reader = store.read().await.unwrap();
        assert_eq!(settings::get(&mut reader, "half").await.unwrap(), None);
        assert_eq!(settings::get(&mut reader, "whole").await.unwrap().as_deref(), Some("done"));
    }

    /// PostgreSQL would answer such a commit with a rollback, and no error.
    #[tokio::test]
    async fn nothing_is_committed_after_a_statement_that_failed() {
        let store = store().await;
        let nobodys = &credentials::Client { client_id: "a".into(), party_id: uuid::Uuid::nil(), scopes: None };
        let result: Result<(), StoreError> = store
            .run_tx("test", |tx| {
                Box::pin(async move {
                    settings::put(tx, "half", "done").await?;
                    assert!(credentials::put(tx, nobodys).await.is_err());
                    Ok(())
                })
            })
            .await;
        let error = result.unwrap_err();
        assert!(!error.is_temporary() && error.to_string().contains("credentials::PUT"), "{error}");
        assert_eq!(settings::get(&mut store.read().await.unwrap(), "half").await.unwrap(), None);
    }
}
