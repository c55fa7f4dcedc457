//! Bringing a schema up to date while others start or run.

use opnc_store::{Schema, Store, StoreOptions, contracts, roots, settings};
use opnc_test_postgres::Database;
use tokio::task::JoinSet;

use crate::samples;
use crate::test_db::{TestDb, write};

/// A place where there is nothing yet, of the engine that was chosen for this run.
struct Nowhere {
    options: StoreOptions,
    _folder: tempfile::TempDir,
    _database: Option<Database>,
}

impl Nowhere {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = if opnc_test_postgres::is_chosen() { Database::empty().await } else { None };
        let options = match &database {
            Some(database) => StoreOptions::postgres(database.url()),
            None => StoreOptions::file(folder.path().join("new.db")),
        };
        Self { options, _folder: folder, _database: database }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_start_at_once_migrate_once() {
    let place = Nowhere::new().await;
    let mut replicas = JoinSet::new();
    for number in 0..8 {
        let options = place.options.clone();
        replicas.spawn(async move {
            let (store, name) = (Store::open(&options).await?, format!("replica {number}"));
            let name = &name;
            store.run_tx("start", |tx| Box::pin(settings::put(tx, name, "here"))).await
        });
    }
    for started in replicas.join_all().await {
        started.unwrap();
    }
    assert!(Schema::of(&place.options).await.unwrap().is_current());
    let mut reader = Store::open(&place.options).await.unwrap().read().await.unwrap();
    for number in 0..8 {
        let found = settings::get(&mut reader, &format!("replica {number}")).await.unwrap();
        assert_eq!(found.as_deref(), Some("here"));
    }
}

/// What the rule of migrations promises: a process of the version before serves on, with the statements it had prepared.
#[tokio::test]
async fn a_running_process_serves_on_when_a_newer_one_has_migrated() {
    let db = TestDb::empty().await;
    for number in [1, 2] {
        let root = &samples::root(number);
        write!(db, tx => roots::put(tx, root));
        let found = roots::by_id(&mut db.reader().await, root.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(root));
        assert_eq!(roots::list(&mut db.reader().await, None, None).await.unwrap().len(), usize::from(number));
        if number == 1 {
            db.execute("ALTER TABLE roots ADD COLUMN later TEXT").await;
            db.execute("ALTER TABLE settings ADD COLUMN later INTEGER NOT NULL DEFAULT 7").await;
            db.execute("CREATE TABLE later (id TEXT NOT NULL PRIMARY KEY)").await;
        }
    }
    write!(db, tx => settings::put(tx, "name", "kept"));
}

/// Contracts of the version before 0025, with the whole fingerprint of the root in each, are read as they were.
#[tokio::test]
async fn contracts_are_brought_to_the_short_name_of_their_root() {
    let db = TestDb::empty().await;
    let all = [samples::contract(1, "DEABCAAAAAAAAA", "WAU0000000000000A"), {
        let other = samples::contract(2, "DEABCBBBBBBBBB", "WAU0000000000000B");
        contracts::Contract { cps_root: samples::print(9), ..other }
    }];
    let mut before = Vec::new();
    for contract in &all {
        write!(db, tx => contracts::put(tx, contract));
        before.push(contracts::of_emaid(&mut db.reader().await, &contract.emaid).await.unwrap());
    }
    assert_eq!(db.count("SELECT COUNT(*) FROM contracts WHERE length(cps_root) = 12").await, 2);
    if opnc_test_postgres::is_chosen() {
        db.execute("ALTER TABLE contracts DROP CONSTRAINT contracts_cps_root_check").await;
    }
    db.execute("UPDATE contracts SET cps_root = (SELECT fingerprint FROM cps_roots r WHERE r.id = cps_root)").await;
    db.execute("DROP TABLE cps_roots").await;
    db.execute("DELETE FROM _sqlx_migrations WHERE version = 25").await;
    db.store.close().await;
    let again = db.open_again().await.unwrap();
    for (contract, before) in all.iter().zip(&before) {
        let mut reader = again.read().await.unwrap();
        assert_eq!(&contracts::of_emaid(&mut reader, &contract.emaid).await.unwrap(), before);
        let newer = &contracts::Contract { id: samples::id(77), ..contract.clone() };
        let replaced = again.run_tx("replace", |tx| Box::pin(contracts::put(tx, newer))).await.unwrap();
        assert_eq!(replaced, contracts::PutContract::Replaced, "it is the same place");
    }
}
