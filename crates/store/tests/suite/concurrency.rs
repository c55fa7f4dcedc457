//! Many writers at once.

use std::sync::Mutex;
use std::time::Duration;

use opnc_store::contracts::{self, Contract, PutContract};
use opnc_store::{Store, StoreError, StoreOptions, settings};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::samples::{contract, emaid, id, pcid};
use crate::test_db::TestDb;

const A: &str = "WAU0000000000000A";
const B: &str = "WAU0000000000000B";

fn put(store: &Store, contract: &Contract) -> JoinHandle<Result<PutContract, StoreError>> {
    let (store, contract) = (store.clone(), contract.clone());
    tokio::spawn(async move {
        let contract = &contract;
        store.run_tx("put", |tx| Box::pin(async move { contracts::put(tx, contract).await })).await
    })
}

/// Two stores on one database are two processes: their writers do meet locks.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_emaid_for_two_cars_goes_to_exactly_one() {
    let db = TestDb::empty().await;
    let other = db.open_again().await.unwrap();
    for round in 0..20 {
        let name = format!("DEABC{round:09}");
        let first = put(&db.store, &contract(2 * round + 1, &name, A));
        let second = put(&other, &contract(2 * round + 2, &name, B));
        let winner = match (first.await.unwrap().unwrap(), second.await.unwrap().unwrap()) {
            (PutContract::Created, PutContract::BoundToOther(owner)) if owner == pcid(A) => A,
            (PutContract::BoundToOther(owner), PutContract::Created) if owner == pcid(B) => B,
            neither => panic!("round {round}: {neither:?}"),
        };
        let stored = contracts::of_emaid(&mut db.reader().await, &emaid(&name)).await.unwrap();
        assert_eq!(stored.iter().map(|contract| contract.pcid.key()).collect::<Vec<_>>(), [winner]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_pair_twice_succeeds_twice_and_the_last_stands() {
    let db = TestDb::empty().await;
    let other = db.open_again().await.unwrap();
    for round in 0..10 {
        let name = format!("DEABC{round:09}");
        let one = contract(2 * round + 1, &name, A);
        let two = Contract { message: b"the second message".to_vec(), ..contract(2 * round + 2, &name, A) };
        let (first, second) = (put(&db.store, &one), put(&other, &two));
        let last = match (first.await.unwrap().unwrap(), second.await.unwrap().unwrap()) {
            (PutContract::Created, PutContract::Replaced) => two,
            (PutContract::Replaced, PutContract::Created) => one,
            neither => panic!("round {round}: {neither:?}"),
        };
        let stored = contracts::of_emaid(&mut db.reader().await, &emaid(&name)).await.unwrap();
        assert_eq!(stored.len(), 1);
        assert_eq!((&stored[0].message, stored[0].leaf_fingerprint), (&last.message, last.leaf_fingerprint));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_writers_never_meet_a_lock() {
    let db = TestDb::empty().await;
    let car = |number: u8| format!("WAU{number:014}");
    let writers: Vec<_> =
        (1..=50).map(|number| put(&db.store, &contract(number, &format!("DEABC{number:09}"), &car(number)))).collect();
    // Readers in between see whole contracts, and are not refused either.
    let readers: Vec<_> = (1..=50)
        .map(|number| {
            let (store, car) = (db.store.clone(), pcid(&car(number)));
            tokio::spawn(async move { contracts::of_pcid(&mut store.read().await?, &car).await })
        })
        .collect();
    for writer in writers {
        assert_eq!(writer.await.unwrap().unwrap(), PutContract::Created);
    }
    for reader in readers {
        assert!(reader.await.unwrap().unwrap().iter().all(|contract| contract.is_default));
    }
    for number in 1..=50 {
        let stored = contracts::of_pcid(&mut db.reader().await, &pcid(&car(number))).await.unwrap();
        assert_eq!(stored.iter().map(|contract| contract.id).collect::<Vec<_>>(), [id(number)]);
    }
}

/// Holds the write lock until `enough` says so (or is dropped); answers once it is held.
async fn hold(store: &Store, enough: oneshot::Receiver<()>) -> JoinHandle<Result<(), StoreError>> {
    let (held, holding) = oneshot::channel();
    let (store, ends) = (store.clone(), Mutex::new(Some((held, enough))));
    let task = tokio::spawn(async move {
        let ends = &ends;
        store
            .run_tx("hold", |tx| {
                Box::pin(async move {
                    settings::put(tx, "held", "yes").await?;
                    let (held, enough) = ends.lock().unwrap().take().unwrap();
                    held.send(()).unwrap();
                    let _ = enough.await;
                    Ok(())
                })
            })
            .await
    });
    holding.await.unwrap();
    task
}

/// Another process that keeps the lock: the transaction waits for it, and is told as busy when that is in vain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_of_another_process_is_waited_for_and_then_reported() {
    let db = TestDb::empty().await;
    let impatient = StoreOptions { busy_timeout: Duration::ZERO, ..db.options() };
    let impatient = Store::open(&impatient).await.unwrap();
    let given_up = db.open_again().await.unwrap();
    let (enough, until) = oneshot::channel();
    let task = hold(&db.store, until).await;
    let error = write(&impatient).await.unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }) && error.is_temporary(), "{error}");
    // A transaction that nobody waits for any more keeps nothing either.
    tokio::time::timeout(Duration::from_millis(20), write(&given_up)).await.unwrap_err();
    enough.send(()).unwrap();
    task.await.unwrap().unwrap();
    for store in [&given_up, &impatient, &db.store] {
        write(store).await.unwrap();
    }

    let patient = db.open_again().await.unwrap();
    let (enough, until) = oneshot::channel();
    let task = hold(&db.store, until).await;
    let (written, ()) = tokio::join!(write(&patient), async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        enough.send(()).unwrap();
    });
    written.unwrap();
    task.await.unwrap().unwrap();
}

async fn write(store: &Store) -> Result<(), StoreError> {
    store.run_tx("late", |tx| Box::pin(settings::put(tx, "held", "late"))).await
}
