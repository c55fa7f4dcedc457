//! PostgreSQL goes away under load and comes back: what was answered is there, nothing is half done, nobody restarts us.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use opnc_store::outbox::OutboxEvent;
use opnc_store::{Store, StoreError, StoreOptions, outbox, settings};
use opnc_test_postgres::{Database, Server};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::samples::{day, id};

/// A row and its event, in one transaction.
async fn write(store: &Store, number: u32) -> Result<(), StoreError> {
    let name = &name(number);
    let event = &OutboxEvent {
        id: Uuid::from_u128(u128::from(number)),
        kind: "written".into(),
        payload: "{}".into(),
        trace_id: id(1),
        created_at: day(0),
        attempts: 0,
    };
    store
        .run_tx("write", |tx| {
            Box::pin(async move {
                settings::put(tx, name, "written").await?;
                outbox::append(tx, event).await
            })
        })
        .await
}

fn name(number: u32) -> String {
    format!("row {number}")
}

/// Right after a restart, nobody meets a connection of before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_of_before_a_restart_reach_nobody() {
    let Some(server) = Server::start() else {
        return opnc_test_postgres::skip("connections_of_before_a_restart_reach_nobody");
    };
    let database = Database::migrated_on(&server.url()).await;
    let store = Store::open(&StoreOptions::postgres(database.url())).await.unwrap();
    for _ in 0..3 {
        write(&store, rand::random()).await.unwrap();
        let mut readers = Vec::new();
        for _ in 0..4 {
            readers.push(store.read().await.unwrap());
        }
        for reader in &mut readers {
            settings::get(reader, "any").await.unwrap();
        }
        drop(readers);
        tokio::task::block_in_place(|| {
            server.stop();
            server.start_again();
        });
        for _ in 0..4 {
            settings::get(&mut store.read().await.unwrap(), "any").await.unwrap();
        }
        write(&store, rand::random()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_restarted_under_load_loses_nothing() {
    let Some(server) = Server::start() else {
        return opnc_test_postgres::skip("a_server_that_is_restarted_under_load_loses_nothing");
    };
    let database = Database::migrated_on(&server.url()).await;
    let options = StoreOptions { busy_timeout: Duration::from_secs(1), ..StoreOptions::postgres(database.url()) };
    let store = Store::open(&options).await.unwrap();

    let (next, end) = (Arc::new(AtomicU32::new(1)), Arc::new(AtomicBool::new(false)));
    let (answers, mut answered) = watch::channel(0_u32);
    let mut writers = JoinSet::new();
    for _ in 0..4 {
        let (store, next, end, answers) = (store.clone(), Arc::clone(&next), Arc::clone(&end), answers.clone());
        writers.spawn(async move {
            let (mut kept, mut refused) = (Vec::new(), Vec::new());
            while !end.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                match write(&store, number).await {
                    Ok(()) => {
                        kept.push(number);
                        answers.send_modify(|all| *all += 1);
                    }
                    Err(error) => {
                        assert!(error.is_temporary(), "{error:?}");
                        refused.push(number);
                    }
                }
            }
            (kept, refused)
        });
    }
    for _ in 0..2 {
        let so_far = *answered.borrow();
        answered.wait_for(|all| *all >= so_far + 30).await.unwrap();
        tokio::task::block_in_place(|| server.stop());
        let error = store.read().await.err().or(write(&store, 0).await.err()).unwrap();
        assert!(error.is_temporary(), "{error:?}");
        tokio::task::block_in_place(|| server.start_again());
    }
    let so_far = *answered.borrow();
    answered.wait_for(|all| *all >= so_far + 30).await.unwrap();
    end.store(true, Ordering::Relaxed);

    let ends = writers.join_all().await;
    let mut reader = store.read().await.unwrap();
    let events: Vec<_> = outbox::waiting(&mut reader).await.unwrap().into_iter().map(|event| event.id).collect();
    let mut kept = 0;
    for (answered, refused) in ends {
        for number in answered.iter().chain(&refused) {
            let row = settings::get(&mut reader, &name(*number)).await.unwrap().is_some();
            let event = events.contains(&Uuid::from_u128(u128::from(*number)));
            assert_eq!(row, event, "half of {number} is there");
            assert!(row || refused.contains(number), "{number} was answered and is lost");
        }
        kept += answered.len();
    }
    assert!(kept >= 90, "{kept}");
}
