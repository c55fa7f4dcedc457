//! Contract data: one message per EMAID, ISO version and CPS root; one car per EMAID.

use opnc_messages::IsoVersion;
use opnc_store::contracts::{self, Contract, PutContract};
use opnc_store::provisioning;

use crate::samples::{self, contract, day, emaid, id, pcid, print};
use crate::test_db::{TestDb, write};

const A: &str = "WAU0000000000000A";
const B: &str = "WAU0000000000000B";

#[tokio::test]
async fn what_is_stored_is_read_back() {
    let db = TestDb::empty().await;
    let full = contract(1, "de-abc-AAAAAAAAA", "wau0000000000000a");
    assert_eq!(write!(db, tx => contracts::put(tx, &full)), PutContract::Created);
    let read = contracts::of_emaid(&mut db.reader().await, &emaid("DEABCAAAAAAAAA")).await.unwrap();
    assert_eq!(read, [Contract { is_default: true, ..full }]);
    // Ids are equal when their normal forms are; the spelling is kept too.
    assert_eq!((read[0].emaid.as_sent(), read[0].pcid.as_sent()), ("de-abc-AAAAAAAAA", "wau0000000000000a"));

    let bare = Contract {
        metadata: None,
        subscription_url: None,
        provisioning_chain: None,
        own_ca: false,
        ..contract(2, "DEABCBBBBBBBBB", A)
    };
    write!(db, tx => contracts::put(tx, &bare));
    assert_eq!(contracts::of_emaid(&mut db.reader().await, &bare.emaid).await.unwrap(), [bare]);
}

#[tokio::test]
async fn storing_again_replaces_and_keeps_id_and_age() {
    let db = TestDb::empty().await;
    let first = contract(1, "DEABCAAAAAAAAA", A);
    write!(db, tx => contracts::put(tx, &first));
    let again = Contract {
        message: b"another message".to_vec(),
        metadata: None,
        not_after: day(900),
        party_id: id(99),
        ..contract(7, "DEABCAAAAAAAAA", A)
    };
    assert_eq!(write!(db, tx => contracts::put(tx, &again)), PutContract::Replaced);
    let expected = Contract { id: id(1), created_at: day(1), is_default: true, ..again };
    assert_eq!(contracts::of_pcid(&mut db.reader().await, &pcid(A)).await.unwrap(), [expected]);
}

#[tokio::test]
async fn versions_and_roots_are_kept_apart_and_found_together() {
    let db = TestDb::empty().await;
    let first = contract(1, "DEABCAAAAAAAAA", A);
    let other_root = Contract { cps_root: print(0xc2), ..contract(2, "DEABCAAAAAAAAA", A) };
    let other_version = Contract { iso: IsoVersion::Iso20, ..contract(3, "DEABCAAAAAAAAA", A) };
    for contract in [&other_version, &first, &other_root] {
        assert_eq!(write!(db, tx => contracts::put(tx, contract)), PutContract::Created);
    }
    let mut reader = db.reader().await;
    let ids = |found: Vec<Contract>| found.iter().map(|one| one.id.as_u128()).collect::<Vec<_>>();
    assert_eq!(ids(contracts::of_emaid(&mut reader, &first.emaid).await.unwrap()), [1, 2, 3], "the oldest first");
    assert_eq!(ids(contracts::of_pcid(&mut reader, &pcid(A)).await.unwrap()), [1, 2, 3]);
    assert_eq!(ids(contracts::of_pair(&mut reader, &first.emaid, &pcid(A)).await.unwrap()), [1, 2, 3]);
    assert!(contracts::of_pair(&mut reader, &first.emaid, &pcid(B)).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_emaid_belongs_to_one_car_until_its_last_contract_goes() {
    let db = TestDb::empty().await;
    let first = contract(1, "DEABCAAAAAAAAA", A);
    write!(db, tx => contracts::put(tx, &first));
    let second = Contract { iso: IsoVersion::Iso20, ..contract(2, "DE-ABC-aaaaaaaaa", B) };
    assert_eq!(write!(db, tx => contracts::put(tx, &second)), PutContract::BoundToOther(pcid(A)));
    assert!(contracts::of_pcid(&mut db.reader().await, &pcid(B)).await.unwrap().is_empty());

    let removed = write!(db, tx => contracts::delete_of_emaid(tx, &first.emaid, day(10)));
    assert_eq!(removed.len(), 1);
    assert!(removed[0].is_default, "what was removed says what it was");
    assert_eq!(write!(db, tx => contracts::put(tx, &second)), PutContract::Created);
}

/// I1: with and without its check character it is one contract.
#[tokio::test]
async fn an_emaid_is_found_in_every_spelling() {
    let db = TestDb::empty().await;
    let stored = contract(1, "NN123ABCDEFGHI", A);
    write!(db, tx => contracts::put(tx, &stored));
    let mut reader = db.reader().await;
    for spelling in ["nn-123-abcdefghi-t", "NN123ABCDEFGHIT", "nn123abcdefghi"] {
        assert_eq!(contracts::of_emaid(&mut reader, &emaid(spelling)).await.unwrap().len(), 1, "{spelling}");
    }
    assert!(contracts::of_emaid(&mut reader, &emaid("NN123ABCDEFGHIX")).await.unwrap().is_empty());
}

/// I3: the other form of a PCID, where only one fits.
#[tokio::test]
async fn a_car_is_found_by_the_other_form_of_its_pcid() {
    let db = TestDb::empty().await;
    let car = pcid(A);
    let stored = contract(1, "DEABCAAAAAAAAA", "WAU0000000000000AX");
    write!(db, tx => contracts::put(tx, &stored));
    assert_eq!(contracts::of_pcid(&mut db.reader().await, &car).await.unwrap().len(), 1);
    assert_eq!(contracts::of_pair(&mut db.reader().await, &stored.emaid, &car).await.unwrap().len(), 1);
    let other_car = contract(2, "DEABCBBBBBBBBB", "WAU0000000000000AY");
    write!(db, tx => contracts::put(tx, &other_car));
    assert!(contracts::of_pcid(&mut db.reader().await, &car).await.unwrap().is_empty());
    assert!(write!(db, tx => contracts::delete_of_car(tx, &car, day(1))).is_empty());
    assert!(contracts::of_pair(&mut db.reader().await, &stored.emaid, &car).await.unwrap().is_empty());
    assert_eq!(contracts::of_pair(&mut db.reader().await, &stored.emaid, &stored.pcid).await.unwrap().len(), 1);
}

/// I3: a car that is published has what is its own, and nothing of the car whose PCID is the other form.
#[tokio::test]
async fn a_published_car_without_contracts_has_none() {
    let db = TestDb::empty().await;
    let twin = contract(1, "DEABCAAAAAAAAA", "WAU0000000000000AX");
    write!(db, tx => contracts::put(tx, &twin));
    let car = samples::provisioning(A, IsoVersion::Iso2);
    write!(db, tx => provisioning::put(tx, &car));
    assert!(contracts::of_pcid(&mut db.reader().await, &car.pcid).await.unwrap().is_empty());
    assert!(contracts::of_pair(&mut db.reader().await, &twin.emaid, &car.pcid).await.unwrap().is_empty());
    assert!(write!(db, tx => contracts::delete_of_car(tx, &car.pcid, day(1))).is_empty());
    assert_eq!(contracts::of_pcid(&mut db.reader().await, &twin.pcid).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_car_loses_all_its_contracts_and_no_other_car_does() {
    let db = TestDb::empty().await;
    let rows = [contract(1, "DEABCAAAAAAAAA", A), contract(2, "DEABCBBBBBBBBB", A), contract(3, "DEABCCCCCCCCCC", B)];
    for row in &rows {
        write!(db, tx => contracts::put(tx, row));
    }
    let removed = write!(db, tx => contracts::delete_of_car(tx, &rows[0].pcid, day(10)));
    assert_eq!(removed.iter().map(|one| one.id).collect::<Vec<_>>(), [id(1), id(2)]);
    assert!(contracts::of_pcid(&mut db.reader().await, &pcid(A)).await.unwrap().is_empty());
    assert_eq!(contracts::of_pcid(&mut db.reader().await, &pcid(B)).await.unwrap().len(), 1);
    assert!(write!(db, tx => contracts::delete_of_car(tx, &rows[0].pcid, day(10))).is_empty());
    // The EMAIDs are free for another car.
    let moved = contract(4, "DEABCBBBBBBBBB", B);
    assert_eq!(write!(db, tx => contracts::put(tx, &moved)), PutContract::Created);
}

#[test]
fn validity_ends_with_the_first_of_its_certificates() {
    let contract = contract(1, "DEABCAAAAAAAAA", A);
    assert!(contract.is_valid_at(day(0)) && contract.is_valid_at(day(365)));
    assert!(!contract.is_valid_at(day(-1)) && !contract.is_valid_at(day(366)));
    let contract = Contract { cps_not_after: day(100), ..contract };
    assert!(contract.is_valid_at(day(100)) && !contract.is_valid_at(day(101)));
}
