//! Our own CAs.

use opnc_store::authorities::{self, Authority, AuthorityKind};
use opnc_store::parties;

use crate::samples::{ca, day, id, party, print};
use crate::test_db::{TestDb, write};

fn authority(number: u8, kind: AuthorityKind) -> Authority {
    Authority {
        id: id(number),
        kind,
        algorithm: "secp521r1".into(),
        prefix: "acme".into(),
        key_id: format!("key-{number}"),
        certificate: ca(number),
        chain: vec![print(0xd1), print(0xd2)],
        root_fingerprint: print(0xd3),
        party_id: None,
        created_at: day(i64::from(number)),
        active: true,
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
