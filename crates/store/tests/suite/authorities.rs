//! Our own CAs, and what they have issued.

use opnc_store::StoreError;
use opnc_store::authorities::{self, Authority, AuthorityKind};
use opnc_store::issued_certificates::{self, CertificateStatus, IssuedCertificate};
use opnc_store::parties;

use crate::samples::{ca, day, id, party, print};
use crate::test_db::{TestDb, write};

fn authority(number: u8, kind: AuthorityKind) -> Authority {
    Authority {
        id: id(number),
        kind,
        key_id: format!("key-{number}"),
        certificate: ca(number),
        chain: vec![print(0xd1), print(0xd2)],
        root_fingerprint: print(0xd3),
        party_id: None,
        created_at: day(i64::from(number)),
        active: true,
    }
}

fn issued(serial: &str, fingerprint: u8) -> IssuedCertificate {
    IssuedCertificate {
        issuer_fingerprint: print(0xe1),
        serial: serial.into(),
        fingerprint: print(fingerprint),
        profile: "contract".into(),
        subject: "DEABCAAAAAAAAA".into(),
        party_id: Some(id(1)),
        der: vec![fingerprint; 3],
        not_after: day(700),
        created_at: day(2),
        status: CertificateStatus::Good,
    }
}

#[tokio::test]
async fn authorities_of_every_kind() {
    let (db, owner) = (TestDb::empty().await, party(1));
    write!(db, tx => parties::add(tx, &owner));
    let all: Vec<Authority> = (1..)
        .zip(AuthorityKind::ALL)
        .map(|(number, kind)| Authority { party_id: Some(id(1)), ..authority(number, kind) })
        .collect();
    for authority in &all {
        write!(db, tx => authorities::add(tx, authority));
    }
    assert_eq!(authorities::list(&mut db.reader().await).await.unwrap(), all);
    for expected in &all {
        let found = authorities::active(&mut db.reader().await, expected.kind).await.unwrap();
        assert_eq!(found, std::slice::from_ref(expected));
    }
}

#[tokio::test]
async fn an_authority_that_was_replaced_no_longer_signs() {
    let db = TestDb::empty().await;
    let (old, new) = (authority(1, AuthorityKind::CpsSigner), authority(2, AuthorityKind::CpsSigner));
    for authority in [&old, &new] {
        write!(db, tx => authorities::add(tx, authority));
    }
    assert!(write!(db, tx => authorities::set_active(tx, id(1), false)));
    assert!(!write!(db, tx => authorities::set_active(tx, id(9), false)));
    let mut reader = db.reader().await;
    let active = authorities::active(&mut reader, AuthorityKind::CpsSigner).await.unwrap();
    assert_eq!(active, std::slice::from_ref(&new));
    assert_eq!(authorities::list(&mut reader).await.unwrap(), [Authority { active: false, ..old }, new]);
}

#[tokio::test]
async fn issued_certificates_are_found_by_serial_and_fingerprint() {
    let db = TestDb::empty().await;
    let (one, other) = (issued("01", 1), IssuedCertificate { party_id: None, ..issued("02", 2) });
    for certificate in [&one, &other] {
        write!(db, tx => issued_certificates::add(tx, certificate));
    }
    let mut reader = db.reader().await;
    assert_eq!(issued_certificates::find(&mut reader, &print(0xe1), "01").await.unwrap(), Some(one));
    assert_eq!(issued_certificates::by_fingerprint(&mut reader, &print(2)).await.unwrap(), Some(other.clone()));
    assert_eq!(issued_certificates::find(&mut reader, &print(0xe2), "01").await.unwrap(), None);

    assert!(write!(db, tx => issued_certificates::set_status(tx, &other.fingerprint, CertificateStatus::Revoked)));
    let unknown = print(9);
    assert!(!write!(db, tx => issued_certificates::set_status(tx, &unknown, CertificateStatus::Revoked)));
    let found = issued_certificates::find(&mut reader, &print(0xe1), "02").await.unwrap();
    assert_eq!(found, Some(IssuedCertificate { status: CertificateStatus::Revoked, ..other }));
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
