//! All of a transaction or nothing of it, and the shape in which services use one.

use std::time::Duration;

use opnc_store::audit::{AuditEntry, AuditFilter, Outcome};
use opnc_store::contracts::PutContract;
use opnc_store::outbox::OutboxEvent;
use opnc_store::{Store, StoreError, audit, contracts, default_contracts, outbox, settings};

use crate::samples::{contract, day, emaid, id, pcid};
use crate::test_db::{TestDb, write};

const CAR: &str = "WAU0000000000000A";

/// A service's own error: it takes the store's, and has refusals of its own.
#[derive(Debug)]
enum ServiceError {
    Refused,
    Store(StoreError),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a write in a service looks like: business row, event and audit entry, and perhaps a refusal at the end.
async fn store_contract(store: &Store, number: u8, emaid: &str, refuse: bool) -> Result<(), ServiceError> {
    let contract = contract(number, emaid, CAR);
    let (contract, operation) = (&contract, &String::from("addSignedContractData"));
    store
        .run_tx("add contract", |tx| {
            Box::pin(async move {
                contracts::put(tx, contract).await?;
                let entry = AuditEntry {
                    id: id(number),
                    at: day(0),
                    party_id: Some(id(3)),
                    actor: None,
                    operation: operation.clone(),
                    outcome: Outcome::Done,
                    subject_hash: "hash".into(),
                    trace_id: id(2),
                };
                audit::append(tx, entry);
                let event = OutboxEvent {
                    id: id(1),
                    kind: "oem.contract.created".into(),
                    payload: "{}".into(),
                    trace_id: id(2),
                    created_at: day(0),
                    attempts: 0,
                };
                outbox::append(tx, &event).await?;
                if refuse { Err(ServiceError::Refused) } else { Ok(()) }
            })
        })
        .await
}

/// How many contracts, audit entries and events there are.
async fn rows(db: &TestDb) -> [usize; 3] {
    let mut reader = db.reader().await;
    [
        contracts::of_pcid(&mut reader, &pcid(CAR)).await.unwrap().len(),
        audit::list(&mut reader, &AuditFilter::default(), 0, 10).await.unwrap().len(),
        outbox::waiting(&mut reader).await.unwrap().len(),
    ]
}

#[tokio::test]
async fn a_refusal_leaves_nothing() {
    let db = TestDb::empty().await;
    let refused = store_contract(&db.store, 1, "DEABCAAAAAAAAA", true).await;
    assert!(matches!(refused, Err(ServiceError::Refused)));
    assert_eq!(rows(&db).await, [0, 0, 0]);
    // Not even the binding of the EMAID: another car can have it now.
    let other = contract(5, "DEABCAAAAAAAAA", "WAU0000000000000B");
    assert_eq!(write!(db, tx => contracts::put(tx, &other)), PutContract::Created);
}

#[tokio::test]
async fn a_failing_statement_leaves_nothing() {
    let db = TestDb::empty().await;
    store_contract(&db.store, 1, "DEABCBBBBBBBBB", false).await.unwrap();
    assert_eq!(rows(&db).await, [1, 1, 1]);
    // The second one has the event id of the first: its contract and audit entry go with its event.
    let error = store_contract(&db.store, 2, "DEABCAAAAAAAAA", false).await.unwrap_err();
    let ServiceError::Store(error) = error else { panic!("{error:?}") };
    assert!(!error.is_temporary() && error.to_string().contains("outbox::APPEND"), "{error}");
    assert_eq!(rows(&db).await, [1, 1, 1]);
}

#[tokio::test]
async fn work_that_is_dropped_half_way_leaves_nothing() {
    let db = TestDb::empty().await;
    let work = db.store.run_tx("test", |tx| {
        Box::pin(async move {
            settings::put(tx, "half", "done").await?;
            std::future::pending::<Result<(), StoreError>>().await
        })
    });
    assert!(tokio::time::timeout(Duration::from_millis(200), work).await.is_err());
    // The one writer is free again, and the row is not there.
    store_contract(&db.store, 1, "DEABCAAAAAAAAA", false).await.unwrap();
    assert_eq!(settings::get(&mut db.reader().await, "half").await.unwrap(), None);
}

#[tokio::test]
async fn a_transaction_reads_what_it_wrote_and_others_do_not() {
    let db = TestDb::empty().await;
    let store = &db.store;
    let result: Result<(), StoreError> = store
        .run_tx("test", |tx| {
            Box::pin(async move {
                settings::put(tx, "name", "new").await?;
                assert_eq!(settings::get(tx, "name").await?.as_deref(), Some("new"));
                assert_eq!(settings::get(&mut store.read().await?, "name").await?, None);
                Ok(())
            })
        })
        .await;
    result.unwrap();
    assert_eq!(settings::get(&mut db.reader().await, "name").await.unwrap().as_deref(), Some("new"));
}

/// An HTTP handler must be able to await a transaction that borrows: its future has to be `Send`.
#[tokio::test]
async fn a_transaction_can_run_on_any_thread() {
    let db = TestDb::empty().await;
    let store = db.store.clone();
    tokio::spawn(async move { store_contract(&store, 1, "DEABCAAAAAAAAA", false).await }).await.unwrap().unwrap();
    let (store, car, contract) = (db.store.clone(), pcid(CAR), emaid("DEABCAAAAAAAAA"));
    let chosen: Result<Vec<_>, StoreError> = tokio::spawn(async move {
        let (car, contract) = (&car, &contract);
        store.run_tx("choose", |tx| Box::pin(async move { default_contracts::set(tx, car, contract).await })).await
    })
    .await
    .unwrap();
    assert_eq!(chosen.unwrap().len(), 1);
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let db = TestDb::empty().await;
    db.store.close().await;
    let error = db.store.read().await.err().unwrap();
    assert!(!error.is_temporary(), "{error}");
}
