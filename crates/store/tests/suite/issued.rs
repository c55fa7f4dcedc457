//! Certificates that our own CAs issued: found, listed, revoked once.

use opnc_messages::IsoVersion;
use opnc_messages::pki::RevocationReason;
use opnc_store::StoreError;
use opnc_store::issued_certificates::{self, Filter, IssuedCertificate, Revocation, RevokedSerial};

use crate::samples::{day, id, print};
use crate::test_db::{TestDb, write};

fn issued(serial: &str, number: u8) -> IssuedCertificate {
    IssuedCertificate {
        issuer_fingerprint: print(0xe1),
        serial: serial.into(),
        fingerprint: print(number),
        profile: "contract certificate".into(),
        iso: IsoVersion::Iso20,
        subject: "DE-ABC-AAAAAAAAA".into(),
        subject_key: "DEABCAAAAAAAAA".into(),
        public_key_hash: Some([number; 32]),
        party_id: Some(id(1)),
        der: vec![number; 3],
        not_after: day(700),
        created_at: day(i64::from(number)),
        revocation: None,
    }
}

fn compromised(days: i64) -> Revocation {
    Revocation { at: day(days), reason: RevocationReason::KeyCompromise }
}

#[tokio::test]
async fn found_by_serial_fingerprint_subject_and_key() {
    let db = TestDb::empty().await;
    let one = issued("01", 1);
    let other = IssuedCertificate { party_id: None, public_key_hash: None, ..issued("02", 2) };
    for certificate in [&one, &other] {
        write!(db, tx => issued_certificates::add(tx, certificate));
    }
    let mut reader = db.reader().await;
    assert_eq!(issued_certificates::find(&mut reader, &print(0xe1), "01").await.unwrap(), Some(one.clone()));
    assert_eq!(issued_certificates::by_fingerprint(&mut reader, &print(2)).await.unwrap(), Some(other.clone()));
    assert_eq!(issued_certificates::find(&mut reader, &print(0xe2), "01").await.unwrap(), None);
    assert_eq!(issued_certificates::of_subject(&mut reader, "DEABCAAAAAAAAA").await.unwrap(), [one, other]);
    assert_eq!(issued_certificates::of_subject(&mut reader, "DE-ABC-AAAAAAAAA").await.unwrap(), []);
    assert!(issued_certificates::key_was_used(&mut reader, &[1; 32]).await.unwrap());
    assert!(!issued_certificates::key_was_used(&mut reader, &[2; 32]).await.unwrap());
}

#[tokio::test]
async fn what_a_party_has_of_a_subject() {
    let db = TestDb::empty().await;
    let (subject, profile) = ("DEABCAAAAAAAAA", "contract certificate");
    let (one, other) = (issued("01", 1), issued("02", 2));
    write!(db, tx => issued_certificates::add(tx, &one));
    let has = async |subject: &str, profile: &str, party: u8, days| {
        let party = id(party);
        issued_certificates::has_current(&mut db.reader().await, subject, profile, party, day(days)).await.unwrap()
    };
    assert!(has(subject, profile, 1, 700).await, "valid to its last moment");
    assert!(!has(subject, profile, 1, 701).await);
    assert!(!has(subject, profile, 2, 5).await, "another party's");
    assert!(!has(subject, "SECC certificate", 1, 5).await);
    assert!(!has("DEABCAAAAAAAAB", profile, 1, 5).await);
    let (issuer, changes) = (&print(0xe1), db.store.changes());
    write!(db, tx => issued_certificates::revoke(tx, issuer, "01", compromised(5)));
    assert!(!has(subject, profile, 1, 5).await);
    assert_eq!(db.store.changes(), changes + 1, "who remembers what is revoked hears of it");
    write!(db, tx => issued_certificates::add(tx, &other));
    assert_eq!(db.store.changes(), changes + 1, "and of nothing else");
}

#[tokio::test]
async fn a_serial_number_is_used_once() {
    let db = TestDb::empty().await;
    let (first, again) = (issued("01", 1), issued("01", 2));
    write!(db, tx => issued_certificates::add(tx, &first));
    let result: Result<(), StoreError> =
        db.store.run_tx("test", |tx| Box::pin(issued_certificates::add(tx, &again))).await;
    let error = result.unwrap_err().to_string();
    assert!(error.contains("issued_certificates::ADD"), "{error}");
}

#[tokio::test]
async fn many_are_recorded_at_once() {
    let db = TestDb::empty().await;
    let all: Vec<_> = (1..=150_u8)
        .map(|n| IssuedCertificate { public_key_hash: Some([n; 32]), ..issued(&format!("{n:02x}"), n) })
        .collect();
    let rows: Vec<_> = all.iter().collect();
    let rows = &rows[..];
    write!(db, tx => issued_certificates::add_all(tx, rows));
    let mut reader = db.reader().await;
    for one in &all {
        let found = issued_certificates::by_fingerprint(&mut reader, &one.fingerprint).await.unwrap();
        assert_eq!(found.as_ref(), Some(one));
    }
    let asked: Vec<[u8; 32]> = (100..=200).map(|n| [n; 32]).collect();
    let used = issued_certificates::keys_used(&mut reader, &asked).await.unwrap();
    assert_eq!(used, (100..=150).map(|n| [n; 32]).collect());
    assert!(issued_certificates::keys_used(&mut reader, &[]).await.unwrap().is_empty());
    drop(reader);
    // One that is there already: none of the others is recorded.
    let again = [&IssuedCertificate { serial: "ff".into(), ..issued("ff", 200) }, &all[3]];
    let again = &again[..];
    let refused: Result<(), StoreError> =
        db.store.run_tx("test", |tx| Box::pin(async move { issued_certificates::add_all(tx, again).await })).await;
    assert!(refused.unwrap_err().to_string().contains("issued_certificates::ADD"));
    assert_eq!(issued_certificates::by_fingerprint(&mut db.reader().await, &print(200)).await.unwrap(), None);
}

#[tokio::test]
async fn the_first_revocation_counts() {
    let db = TestDb::empty().await;
    let one = issued("01", 1);
    write!(db, tx => issued_certificates::add(tx, &one));
    let issuer = &print(0xe1);
    assert!(write!(db, tx => issued_certificates::revoke(tx, issuer, "01", compromised(5))));
    let later = Revocation { at: day(6), reason: RevocationReason::Superseded };
    assert!(!write!(db, tx => issued_certificates::revoke(tx, issuer, "01", later)), "it is revoked");
    assert!(!write!(db, tx => issued_certificates::revoke(tx, issuer, "02", later)), "it does not exist");
    let found = issued_certificates::find(&mut db.reader().await, issuer, "01").await.unwrap();
    assert_eq!(found, Some(IssuedCertificate { revocation: Some(compromised(5)), ..one }));
}

#[tokio::test]
async fn a_revocation_list_names_what_its_ca_revoked_and_has_not_expired() {
    let db = TestDb::empty().await;
    let expired = IssuedCertificate { not_after: day(99), ..issued("03", 3) };
    let of_other = IssuedCertificate { issuer_fingerprint: print(0xe2), ..issued("04", 4) };
    for certificate in [&issued("01", 1), &issued("02", 2), &expired, &of_other, &issued("05", 5)] {
        write!(db, tx => issued_certificates::add(tx, certificate));
    }
    for (issuer, serial, days) in [(0xe1, "05", 50), (0xe1, "01", 51), (0xe1, "03", 52), (0xe2, "04", 53)] {
        let issuer = &print(issuer);
        assert!(write!(db, tx => issued_certificates::revoke(tx, issuer, serial, compromised(days))));
    }
    let named = issued_certificates::revoked(&mut db.reader().await, &print(0xe1), day(100)).await.unwrap();
    let serial = |serial: &str, days| RevokedSerial { serial: serial.into(), revocation: compromised(days) };
    assert_eq!(named, [serial("05", 50), serial("01", 51)]);
}

#[tokio::test]
async fn listed_in_pages_and_by_what_they_are() {
    let db = TestDb::empty().await;
    let all = [
        issued("01", 1),
        IssuedCertificate { profile: "CPS leaf".into(), subject_key: "CPS".into(), ..issued("02", 2) },
        IssuedCertificate { party_id: Some(id(2)), revocation: Some(compromised(9)), ..issued("03", 3) },
        IssuedCertificate { issuer_fingerprint: print(0xe2), created_at: day(3), ..issued("04", 4) },
    ];
    for certificate in &all {
        write!(db, tx => issued_certificates::add(tx, certificate));
    }
    let serials = async |filter: Filter, after, limit| {
        let listed = issued_certificates::list(&mut db.reader().await, &filter, after, limit).await.unwrap();
        listed.into_iter().map(|one| one.serial).collect::<Vec<_>>()
    };
    let everything = Filter::default;
    assert_eq!(serials(everything(), None, 3).await, ["01", "02", "03"]);
    assert_eq!(serials(everything(), Some((day(3), print(3))), 3).await, ["04"], "made at the same moment");
    assert_eq!(serials(Filter { issuer: Some(print(0xe2)), ..everything() }, None, 9).await, ["04"]);
    assert_eq!(serials(Filter { party: Some(id(2)), ..everything() }, None, 9).await, ["03"]);
    assert_eq!(serials(Filter { profile: Some("CPS leaf".into()), ..everything() }, None, 9).await, ["02"]);
    assert_eq!(serials(Filter { subject_key: Some("CPS".into()), ..everything() }, None, 9).await, ["02"]);
    assert_eq!(serials(Filter { revoked: Some(true), ..everything() }, None, 9).await, ["03"]);
    assert_eq!(serials(Filter { revoked: Some(false), ..everything() }, None, 9).await, ["01", "02", "04"]);
}
