//! Parties, what they own, the secrets of their clients; and settings.

use opnc_messages::Role;
use opnc_messages::ids::{OperatorId, ProviderId, Wmi};
use opnc_store::credentials::{self, Client};
use opnc_store::parties::{self, Party, PartyStatus};
use opnc_store::party_identifiers::{self, PartyIdentifier};
use opnc_store::{StoreError, settings};

use crate::samples::{day, id, party, print};
use crate::test_db::{TestDb, write};

async fn with_one_party() -> TestDb {
    let (db, only) = (TestDb::empty().await, party(1));
    write!(db, tx => parties::add(tx, &only));
    db
}

#[tokio::test]
async fn parties_of_every_role() {
    let db = TestDb::empty().await;
    let all: Vec<Party> = (1..).zip(Role::ALL).map(|(number, role)| Party { role, ..party(number) }).collect();
    for party in &all {
        write!(db, tx => parties::add(tx, party));
    }
    assert_eq!(parties::list(&mut db.reader().await).await.unwrap(), all);
    assert_eq!(parties::find(&mut db.reader().await, id(99)).await.unwrap(), None);
    assert!(write!(db, tx => parties::set_status(tx, id(2), PartyStatus::Disabled)));
    assert!(!write!(db, tx => parties::set_status(tx, id(99), PartyStatus::Disabled)));
    let disabled = parties::find(&mut db.reader().await, id(2)).await.unwrap().unwrap();
    assert_eq!(disabled, Party { status: PartyStatus::Disabled, ..all[1].clone() });
}

#[tokio::test]
async fn what_a_party_owns() {
    let db = with_one_party().await;
    let owned = [
        PartyIdentifier::CpsName("CPS of Party 1".into()),
        PartyIdentifier::Operator(OperatorId::parse("DEICE").unwrap()),
        PartyIdentifier::Provider(ProviderId::parse("DEABC").unwrap()),
        PartyIdentifier::Root(print(5)),
        PartyIdentifier::Wmi(Wmi::parse("WAU").unwrap()),
    ];
    for identifier in owned.iter().chain(&owned) {
        write!(db, tx => party_identifiers::add(tx, id(1), identifier));
    }
    assert_eq!(party_identifiers::of_party(&mut db.reader().await, id(1)).await.unwrap(), owned);
    assert!(write!(db, tx => party_identifiers::remove(tx, id(1), &owned[4])));
    assert!(!write!(db, tx => party_identifiers::remove(tx, id(1), &owned[4])));
    assert_eq!(party_identifiers::of_party(&mut db.reader().await, id(1)).await.unwrap(), owned[..4]);
}

#[tokio::test]
async fn nothing_belongs_to_a_party_that_does_not_exist() {
    let db = TestDb::empty().await;
    let wmi = PartyIdentifier::Wmi(Wmi::parse("WAU").unwrap());
    let result: Result<(), StoreError> =
        db.store.run_tx("test", |tx| Box::pin(party_identifiers::add(tx, id(1), &wmi))).await;
    let error = result.unwrap_err().to_string();
    assert!(error.contains("party_identifiers::ADD"), "{error}");
}

#[tokio::test]
async fn clients_and_their_scopes() {
    let db = with_one_party().await;
    let all = Client { client_id: "all".into(), party_id: id(1), scopes: None };
    let some = Client { client_id: "some".into(), party_id: id(1), scopes: Some(vec!["rcp".into(), "pcp".into()]) };
    for client in [&all, &some] {
        write!(db, tx => credentials::put(tx, client));
    }
    assert_eq!(credentials::of_party(&mut db.reader().await, id(1)).await.unwrap(), [all, some.clone()]);
    let fewer = Client { scopes: Some(vec![]), ..some };
    write!(db, tx => credentials::put(tx, &fewer));
    assert_eq!(credentials::find(&mut db.reader().await, "some").await.unwrap(), Some(fewer));
    assert_eq!(credentials::find(&mut db.reader().await, "none").await.unwrap(), None);
}

#[tokio::test]
async fn two_secrets_are_valid_during_a_rotation() {
    let db = with_one_party().await;
    let client = Client { client_id: "c".into(), party_id: id(1), scopes: None };
    write!(db, tx => credentials::put(tx, &client));
    let valid = async |at: i64| {
        let mut hashes = credentials::secrets(&mut db.reader().await, "c", day(at)).await.unwrap();
        hashes.sort_unstable();
        hashes.iter().map(|hash| hash[0]).collect::<Vec<_>>()
    };
    write!(db, tx => credentials::rotate_secret(tx, "c", &[1; 32], day(0), day(0)));
    assert_eq!(valid(100).await, [1]);
    write!(db, tx => credentials::rotate_secret(tx, "c", &[2; 32], day(10), day(20)));
    assert_eq!(valid(19).await, [1, 2]);
    assert_eq!(valid(20).await, [2]);
    // A third one ends the first at once, even at the same instant.
    write!(db, tx => credentials::rotate_secret(tx, "c", &[3; 32], day(10), day(20)));
    assert_eq!(valid(11).await, [2, 3]);
    assert!(credentials::secrets(&mut db.reader().await, "other", day(0)).await.unwrap().is_empty());
}

#[tokio::test]
async fn settings_are_kept_and_replaced() {
    let db = TestDb::empty().await;
    assert_eq!(settings::get(&mut db.reader().await, "ecosystem").await.unwrap(), None);
    for value in ["one", "two"] {
        write!(db, tx => settings::put(tx, "ecosystem", value));
        assert_eq!(settings::get(&mut db.reader().await, "ecosystem").await.unwrap().as_deref(), Some(value));
    }
}
