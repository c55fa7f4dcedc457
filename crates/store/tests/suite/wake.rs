//! Whoever delivers events is woken by those that are committed.

use std::time::Duration;

use opnc_store::outbox::{self, OutboxEvent};
use opnc_store::{Store, StoreError, Wake, settings};
use uuid::Uuid;

use crate::samples::{day, id};
use crate::test_db::TestDb;

/// Long enough for any machine, and for whoever waits in vain.
const PATIENCE: Duration = Duration::from_secs(20);

async fn append(store: &Store, number: u128, refuse: bool) {
    let (id, trace_id) = (Uuid::from_u128(number), id(1));
    let event = OutboxEvent { id, kind: "a".into(), payload: "{}".into(), trace_id, created_at: day(0), attempts: 0 };
    let event = &event;
    let refused: Result<(), StoreError> = store
        .run_tx("append", |tx| {
            Box::pin(async move {
                outbox::append(tx, event).await?;
                if refuse { Err(StoreError::Url { reason: "refused".into() }) } else { Ok(()) }
            })
        })
        .await;
    assert_eq!(refused.is_err(), refuse);
}

async fn woken(wake: &mut Wake) {
    assert!(tokio::time::timeout(PATIENCE, wake.next()).await.is_ok(), "nobody was woken");
}

/// Whether it is woken at this moment.
async fn is_woken(wake: &mut Wake) -> bool {
    tokio::time::timeout(Duration::ZERO, wake.next()).await.is_ok()
}

/// One that is heard by other processes, where there can be any.
async fn listening(store: &Store) -> Wake {
    let mut wake = store.wake();
    if opnc_test_postgres::is_chosen() {
        woken(&mut wake).await;
    }
    wake
}

#[tokio::test]
async fn an_event_wakes_once_it_is_committed() {
    let db = TestDb::empty().await;
    let mut wake = listening(&db.store).await;
    append(&db.store, 1, true).await;
    let nothing: Result<(), StoreError> =
        db.store.run_tx("test", |tx| Box::pin(async move { settings::put(tx, "name", "no event").await })).await;
    nothing.unwrap();
    assert!(!is_woken(&mut wake).await, "there is no event");
    append(&db.store, 1, false).await;
    append(&db.store, 2, false).await;
    woken(&mut wake).await;
    assert!(!is_woken(&mut wake).await, "two events in between are one waking");
}

#[tokio::test]
async fn an_event_of_another_process_wakes_too() {
    if !opnc_test_postgres::is_chosen() {
        // A SQLite file is served by one process.
        return;
    }
    let db = TestDb::empty().await;
    let other = db.open_again().await.unwrap();
    let mut wake = listening(&db.store).await;
    append(&other, 1, true).await;
    append(&other, 2, false).await;
    woken(&mut wake).await;
    assert_eq!(outbox::waiting(&mut db.reader().await).await.unwrap().len(), 1);
}

/// The connection that listens is lost: it comes back, and says that something may have been missed.
#[tokio::test]
async fn a_lost_connection_listens_again() {
    if !opnc_test_postgres::is_chosen() {
        return;
    }
    let db = TestDb::empty().await;
    let mut wake = listening(&db.store).await;
    db.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    .await;
    woken(&mut wake).await;
    append(&db.open_again().await.unwrap(), 1, false).await;
    woken(&mut wake).await;
}
