//! A8: which contract a car gets.

use opnc_messages::IsoVersion::{self, Iso2, Iso20};
use opnc_store::contracts::{self, Contract};
use opnc_store::default_contracts;

use crate::samples::{contract, day, emaid, pcid};
use crate::test_db::{TestDb, write};

const CAR: &str = "WAU0000000000000A";
const FIRST: &str = "DEABCAAAAAAAAA";
const SECOND: &str = "DEXYZBBBBBBBBB";
const THIRD: &str = "DEXYZCCCCCCCCC";
const FOURTH: &str = "DEXYZDDDDDDDDD";

async fn put(db: &TestDb, contract: Contract) {
    write!(db, tx => contracts::put(tx, &contract));
}

async fn remove(db: &TestDb, name: &str, on: i64) {
    let gone = emaid(name);
    assert!(!write!(db, tx => contracts::delete_of_emaid(tx, &gone, day(on))).is_empty());
}

async fn choose(db: &TestDb, car: &str, name: &str) -> Vec<IsoVersion> {
    let (car, chosen) = (pcid(car), emaid(name));
    write!(db, tx => default_contracts::set(tx, &car, &chosen))
}

/// The EMAIDs that are the car's default, with their version.
async fn defaults(db: &TestDb) -> Vec<(String, IsoVersion)> {
    let found = contracts::of_pcid(&mut db.reader().await, &pcid(CAR)).await.unwrap();
    found.iter().filter(|one| one.is_default).map(|one| (one.emaid.wire(), one.iso)).collect()
}

fn one(name: &str, iso: IsoVersion) -> (String, IsoVersion) {
    (name.to_owned(), iso)
}

#[tokio::test]
async fn the_first_contract_is_the_default_and_stays_it() {
    let db = TestDb::empty().await;
    put(&db, contract(1, FIRST, CAR)).await;
    assert_eq!(defaults(&db).await, [one(FIRST, Iso2)]);
    put(&db, contract(2, SECOND, CAR)).await;
    put(&db, contract(3, FIRST, CAR)).await;
    assert_eq!(defaults(&db).await, [one(FIRST, Iso2)], "no hijack by a later one");
}

#[tokio::test]
async fn the_oem_chooses_another() {
    let db = TestDb::empty().await;
    put(&db, contract(1, FIRST, CAR)).await;
    put(&db, contract(2, SECOND, CAR)).await;
    assert_eq!(choose(&db, CAR, SECOND).await, [Iso2]);
    assert_eq!(defaults(&db).await, [one(SECOND, Iso2)]);
    // Only for the car that has this contract, and only a contract that there is.
    assert_eq!(choose(&db, "WAU0000000000000B", FIRST).await, []);
    assert_eq!(choose(&db, CAR, THIRD).await, []);
    assert_eq!(defaults(&db).await, [one(SECOND, Iso2)]);
    // In either form of its PCID (I3).
    assert_eq!(choose(&db, "WAU0000000000000AX", FIRST).await, [Iso2]);
    assert_eq!(defaults(&db).await, [one(FIRST, Iso2)]);
}

#[tokio::test]
async fn each_version_has_a_default_of_its_own() {
    let db = TestDb::empty().await;
    put(&db, contract(1, FIRST, CAR)).await;
    put(&db, Contract { iso: Iso20, ..contract(2, SECOND, CAR) }).await;
    assert_eq!(defaults(&db).await, [one(FIRST, Iso2), one(SECOND, Iso20)]);
    // The first has a -2 contract only: choosing it leaves the -20 default alone.
    assert_eq!(choose(&db, CAR, FIRST).await, [Iso2]);
    assert_eq!(defaults(&db).await, [one(FIRST, Iso2), one(SECOND, Iso20)]);
    put(&db, Contract { iso: Iso20, ..contract(3, FIRST, CAR) }).await;
    assert_eq!(choose(&db, CAR, FIRST).await, [Iso2, Iso20]);
    assert_eq!(defaults(&db).await, [one(FIRST, Iso2), one(FIRST, Iso20)]);
}

#[tokio::test]
async fn when_it_goes_the_oldest_valid_one_follows() {
    let db = TestDb::empty().await;
    put(&db, contract(1, FIRST, CAR)).await;
    put(&db, Contract { not_after: day(50), ..contract(2, SECOND, CAR) }).await;
    put(&db, contract(4, FOURTH, CAR)).await;
    put(&db, contract(3, THIRD, CAR)).await;
    remove(&db, FIRST, 100).await;
    assert_eq!(defaults(&db).await, [one(THIRD, Iso2)]);
    // One that was not the default goes without a change.
    remove(&db, SECOND, 100).await;
    assert_eq!(defaults(&db).await, [one(THIRD, Iso2)]);
}

#[tokio::test]
async fn an_expired_one_never_follows_and_the_next_contract_is_a_first_one() {
    let db = TestDb::empty().await;
    put(&db, contract(1, FIRST, CAR)).await;
    put(&db, Contract { cps_not_after: day(50), ..contract(2, SECOND, CAR) }).await;
    remove(&db, FIRST, 100).await;
    assert_eq!(defaults(&db).await, []);
    put(&db, contract(3, THIRD, CAR)).await;
    assert_eq!(defaults(&db).await, [one(THIRD, Iso2)]);
}

/// Nobody would choose for the car on the day on which it begins.
#[tokio::test]
async fn one_that_begins_later_follows_where_none_is_valid() {
    let db = TestDb::empty().await;
    put(&db, contract(1, FIRST, CAR)).await;
    put(&db, Contract { not_before: day(200), ..contract(2, SECOND, CAR) }).await;
    put(&db, contract(3, THIRD, CAR)).await;
    remove(&db, FIRST, 100).await;
    assert_eq!(defaults(&db).await, [one(THIRD, Iso2)]);
    remove(&db, THIRD, 100).await;
    assert_eq!(defaults(&db).await, [one(SECOND, Iso2)]);
}
