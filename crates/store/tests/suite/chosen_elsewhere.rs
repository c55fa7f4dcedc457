//! F3: which contract of another ecosystem's pool a car gets.

use opnc_messages::IsoVersion::{Iso2, Iso20};
use opnc_store::chosen_elsewhere::{self, ChosenElsewhere};
use opnc_store::{contracts, default_contracts, provisioning};

use crate::samples::{contract, day, emaid, pcid, provisioning as published};
use crate::test_db::{TestDb, write};

const CAR: &str = "WAU0000000000000A";
const THERE: &str = "DEXYZBBBBBBBBB";
const HERE: &str = "DEABCAAAAAAAAA";

async fn publish(db: &TestDb, name: &str) {
    let car = published(name, Iso2);
    write!(db, tx => provisioning::put(tx, &car));
}

async fn choose(db: &TestDb, car: &str, chosen: &ChosenElsewhere) -> bool {
    let car = pcid(car);
    write!(db, tx => chosen_elsewhere::put(tx, &car, chosen, day(1)))
}

async fn chosen(db: &TestDb, car: &str) -> Vec<ChosenElsewhere> {
    chosen_elsewhere::of_pcid(&mut db.reader().await, &pcid(car)).await.unwrap()
}

fn there() -> ChosenElsewhere {
    ChosenElsewhere { iso: Iso2, emaid: emaid(THERE) }
}

#[tokio::test]
async fn a_choice_is_for_a_published_car_in_a_version_that_it_has() {
    let db = TestDb::empty().await;
    assert!(!choose(&db, CAR, &there()).await, "nobody knows this car");
    publish(&db, CAR).await;
    assert!(!choose(&db, CAR, &ChosenElsewhere { iso: Iso20, ..there() }).await);
    assert!(choose(&db, CAR, &there()).await);
    assert_eq!(chosen(&db, CAR).await, [there()]);
    // Under either form of the PCID, and of no other car (I3).
    assert_eq!(chosen(&db, "WAU0000000000000AX").await, [there()]);
    assert_eq!(chosen(&db, "WAU0000000000000B").await, []);
    publish(&db, "WAU0000000000000AX").await;
    assert_eq!(chosen(&db, "WAU0000000000000AX").await, [], "that is another car now");
}

#[tokio::test]
async fn it_ends_with_the_car_and_with_a_choice_here() {
    let db = TestDb::empty().await;
    publish(&db, CAR).await;
    choose(&db, CAR, &there()).await;
    let (car, here) = (pcid(CAR), emaid(HERE));
    let own = contract(1, HERE, CAR);
    write!(db, tx => contracts::put(tx, &own));
    assert_eq!(chosen(&db, CAR).await, [there()], "a first contract here takes nothing over");
    write!(db, tx => default_contracts::set(tx, &car, &here));
    assert_eq!(chosen(&db, CAR).await, []);
    choose(&db, CAR, &there()).await;
    assert!(write!(db, tx => chosen_elsewhere::remove_of_car(tx, &car)));
    assert!(!write!(db, tx => chosen_elsewhere::remove_of_car(tx, &car)));
    choose(&db, CAR, &there()).await;
    write!(db, tx => provisioning::delete(tx, &car, None));
    publish(&db, CAR).await;
    assert_eq!(chosen(&db, CAR).await, []);
}
