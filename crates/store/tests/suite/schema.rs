//! Migrations: run once, found again, and refused where they are not ours.

use opnc_messages::IsoVersion;
use opnc_store::{Store, StoreError, StoreOptions, provisioning, settings};

use crate::samples;
use crate::test_db::{TestDb, write};

#[tokio::test]
async fn a_database_is_found_again_as_it_was() {
    let db = TestDb::empty().await;
    write!(db, tx => settings::put(tx, "name", "kept"));
    db.store.close().await;
    let again = db.open_again().await.unwrap();
    assert_eq!(settings::get(&mut again.read().await.unwrap(), "name").await.unwrap().as_deref(), Some("kept"));
}

#[tokio::test]
async fn what_is_deleted_is_not_in_the_file() {
    let db = TestDb::sqlite().await;
    let car = samples::pcid("WAU0000000000000A");
    for number in 0..50 {
        let other = samples::provisioning(&format!("WAV{number:014}"), IsoVersion::Iso2);
        write!(db, tx => provisioning::put(tx, &other));
    }
    let record = samples::provisioning(car.key(), IsoVersion::Iso2);
    write!(db, tx => provisioning::put(tx, &record));
    write!(db, tx => provisioning::delete(tx, &car, None));
    db.store.close().await;
    let bytes = std::fs::read(db.path()).unwrap();
    assert!(holds(&bytes, b"WAV00000000000007"), "the file has what is stored");
    assert!(!holds(&bytes, car.key().as_bytes()), "and not what was deleted");
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// A process that is killed closes nothing: what was answered is in the file and its log all the same.
#[tokio::test]
async fn a_copy_of_the_files_taken_while_running_has_what_was_answered() {
    let db = TestDb::sqlite().await;
    write!(db, tx => settings::put(tx, "name", "kept"));
    let copy = tempfile::tempdir().unwrap();
    for name in ["test.db", "test.db-wal"] {
        std::fs::copy(db.path().with_file_name(name), copy.path().join(name)).unwrap();
    }
    let store = Store::open(&StoreOptions::file(copy.path().join("test.db"))).await.unwrap();
    assert_eq!(settings::get(&mut store.read().await.unwrap(), "name").await.unwrap().as_deref(), Some("kept"));
}

#[tokio::test]
async fn a_temporary_database_needs_no_path() {
    let store = Store::open(&StoreOptions::temporary()).await.unwrap();
    assert_eq!(settings::get(&mut store.read().await.unwrap(), "name").await.unwrap(), None);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let db = TestDb::empty().await;
    db.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 9999, 'from the future', TRUE, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .await;
    let error = db.open_again().await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 9999, known: 1.. }), "{error}");
    assert!(error.to_string().contains("run the newer program"), "{error}");
}

#[tokio::test]
async fn a_migration_that_is_not_ours_is_refused() {
    let db = TestDb::empty().await;
    db.execute("UPDATE _sqlx_migrations SET checksum = SUBSTR(checksum, 2)").await;
    let error = db.open_again().await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    let letter = "Dear reader, this is not a database. ".repeat(100);
    std::fs::write(&path, &letter).unwrap();
    let error = Store::open(&StoreOptions::file(&path)).await.unwrap_err();
    assert!(error.to_string().contains("letter.txt"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), letter, "nor is it changed");
}

/// Without STRICT, SQLite would take a text for a number and give it back as one.
#[tokio::test]
async fn every_table_is_strict() {
    let db = TestDb::sqlite().await;
    let loose: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pragma_table_list WHERE strict = 0 AND schema = 'main' AND type = 'table'",
    )
    .fetch_all(&mut db.sqlite_connection().await)
    .await
    .unwrap();
    let ours: Vec<&String> =
        loose.iter().filter(|name| !name.starts_with("sqlite_") && *name != "_sqlx_migrations").collect();
    assert!(ours.is_empty(), "{ours:?}");
}

/// A value that this program would not write is named, not guessed at.
#[tokio::test]
async fn a_damaged_value_is_reported_with_its_place() {
    let db = TestDb::empty().await;
    let number = &crate::samples::root(1);
    write!(db, tx => opnc_store::roots::put(tx, number));
    db.execute("UPDATE roots SET types = ',X2G,'").await;
    let error = opnc_store::roots::list(&mut db.reader().await, None, None).await.unwrap_err().to_string();
    assert!(error.contains("roots::LIST") && error.contains("types") && error.contains("X2G"), "{error}");
}
