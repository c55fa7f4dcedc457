//! Provisioning certificates: found by every form of their PCID, replaced, removed.

use opnc_messages::IsoVersion::{self, Iso2, Iso20};
use opnc_store::certificates;
use opnc_store::provisioning::{self as pool, Provisioning};

use crate::samples::{ca, day, pcid, print, provisioning};
use crate::test_db::{TestDb, write};

const A: &str = "WAU0000000000000A";
const AX: &str = "WAU0000000000000AX";
const AY: &str = "WAU0000000000000AY";
const B: &str = "WAU0000000000000B";

async fn put(db: &TestDb, record: &Provisioning) {
    write!(db, tx => pool::put(tx, record));
}

async fn delete(db: &TestDb, car: &str) -> Vec<Provisioning> {
    let car = pcid(car);
    write!(db, tx => pool::delete(tx, &car, None))
}

async fn all(db: &TestDb, car: &str) -> Vec<Provisioning> {
    pool::of_pcid(&mut db.reader().await, &pcid(car)).await.unwrap()
}

/// The PCID under which one that is asked for is found.
async fn found(db: &TestDb, car: &str, iso: IsoVersion) -> Option<String> {
    let record = pool::find(&mut db.reader().await, &pcid(car), iso).await.unwrap();
    record.map(|record| record.pcid.key().to_owned())
}

#[tokio::test]
async fn what_is_stored_is_read_back() {
    let db = TestDb::empty().await;
    let full = provisioning("wau0000000000000a", Iso2);
    put(&db, &full).await;
    let read = pool::find(&mut db.reader().await, &pcid(A), Iso2).await.unwrap().unwrap();
    assert_eq!(read, full);
    assert_eq!(read.pcid.as_sent(), "wau0000000000000a");
    assert_eq!(read.sub_cas().map(|sub_ca| sub_ca.fingerprint).collect::<Vec<_>>(), [print(0xa1), print(0xa2)]);

    let bare = Provisioning {
        sub_ca2: None,
        previous_pcid: None,
        metadata: None,
        v2g_root_akis: Vec::new(),
        ..provisioning(A, Iso20)
    };
    put(&db, &bare).await;
    assert_eq!(all(&db, A).await, [full, bare]);
}

#[tokio::test]
async fn publishing_again_replaces_and_keeps_the_age() {
    let db = TestDb::empty().await;
    let first = provisioning(A, Iso2);
    put(&db, &first).await;
    let renewed = Provisioning {
        leaf: vec![7],
        public_key_hash: [7; 32],
        sub_ca1: ca(0xb1),
        sub_ca2: None,
        created_at: day(30),
        updated_at: day(30),
        ..provisioning(A, Iso2)
    };
    put(&db, &renewed).await;
    assert_eq!(all(&db, A).await, [Provisioning { created_at: first.created_at, ..renewed }]);
}

#[tokio::test]
async fn sub_cas_are_stored_once() {
    let db = TestDb::empty().await;
    for car in [A, B] {
        put(&db, &provisioning(car, Iso2)).await;
    }
    let mut reader = db.reader().await;
    let certificates_found = certificates::get_all(&mut reader, &[print(0xa2), print(0xff), print(0xa1)]).await;
    assert_eq!(certificates_found.unwrap(), [ca(0xa2), ca(0xa1)]);
    assert_eq!(certificates::get(&mut reader, &print(0xa1)).await.unwrap(), Some(ca(0xa1)));
}

#[tokio::test]
async fn the_other_form_of_a_pcid_is_found_where_one_fits() {
    let db = TestDb::empty().await;
    put(&db, &provisioning(AX, Iso2)).await;
    assert_eq!(found(&db, A, Iso2).await.as_deref(), Some(AX));
    assert_eq!(found(&db, AY, Iso2).await, None);
    assert_eq!(found(&db, A, Iso20).await, None);
    // Two that fit are none.
    put(&db, &provisioning(AY, Iso2)).await;
    assert_eq!(found(&db, A, Iso2).await, None);
    assert_eq!(found(&db, AX, Iso2).await.as_deref(), Some(AX));
}

/// A car with the very PCID exists, if only in another version: what has its twin is another car.
#[tokio::test]
async fn the_very_pcid_comes_first_across_versions() {
    let db = TestDb::empty().await;
    put(&db, &provisioning(AX, Iso2)).await;
    put(&db, &provisioning(A, Iso20)).await;
    assert_eq!(found(&db, A, Iso20).await.as_deref(), Some(A));
    assert_eq!(found(&db, A, Iso2).await, None);
    assert_eq!(found(&db, AY, Iso20).await.as_deref(), Some(A));
}

#[tokio::test]
async fn what_is_removed_is_returned_and_gone() {
    let db = TestDb::empty().await;
    for (car, iso) in [(A, Iso2), (A, Iso20), (B, Iso2)] {
        put(&db, &provisioning(car, iso)).await;
    }
    assert_eq!(delete(&db, AX).await, [provisioning(A, Iso2), provisioning(A, Iso20)]);
    assert_eq!(all(&db, A).await, []);
    assert_eq!(all(&db, B).await, [provisioning(B, Iso2)]);
    assert_eq!(delete(&db, A).await, []);
}

#[tokio::test]
async fn one_version_is_removed_and_the_other_stays() {
    let db = TestDb::empty().await;
    for iso in [Iso2, Iso20] {
        put(&db, &provisioning(A, iso)).await;
    }
    let car = pcid(A);
    assert_eq!(write!(db, tx => pool::delete(tx, &car, Some(Iso20))), [provisioning(A, Iso20)]);
    assert!(write!(db, tx => pool::delete(tx, &car, Some(Iso20))).is_empty());
    assert_eq!(all(&db, A).await, [provisioning(A, Iso2)]);
}
