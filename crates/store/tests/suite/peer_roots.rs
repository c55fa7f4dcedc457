//! What is known of peers: their roots, how reading them went, how they describe themselves, and who waits to be one.

use opnc_messages::RootType;
use opnc_messages::ids::Fingerprint;
use opnc_store::introductions::{self, Introduction};
use opnc_store::peer_descriptions::{self, PeerDescription};
use opnc_store::peer_roots::{self, PeerRoot};
use opnc_store::peer_syncs::{self, PeerSync};
use opnc_store::{parties, peers};

use crate::peers::peer;
use crate::samples::{day, id, party};
use crate::test_db::{TestDb, write};

async fn with_peers() -> TestDb {
    let db = TestDb::empty().await;
    for number in [1, 2] {
        let (party, peer) = (party(number), peer(number));
        write!(db, tx => parties::add(tx, &party));
        write!(db, tx => peers::add(tx, &peer));
    }
    db
}

fn root(number: u8, print: u8) -> PeerRoot {
    PeerRoot {
        party_id: id(number),
        peer: party(number).name,
        fingerprint: Fingerprint::from([print; 32]),
        id: id(number * 16 + print),
        types: vec![RootType::V2g, RootType::Oem],
        der: vec![print; 5],
        not_after: day(100),
        created_at: day(i64::from(number)),
    }
}

#[tokio::test]
async fn a_root_of_two_peers_is_there_twice_and_goes_with_each() {
    let db = with_peers().await;
    let (mine, same, other) = (root(1, 7), root(2, 7), root(1, 8));
    for one in [&mine, &same, &other] {
        write!(db, tx => peer_roots::put(tx, one));
    }
    let reader = &mut db.reader().await;
    assert_eq!(peer_roots::list(reader).await.unwrap().len(), 3);
    assert_eq!(peer_roots::by_fingerprint(reader, &mine.fingerprint).await.unwrap(), [mine.clone(), same.clone()]);
    assert_eq!(peer_roots::of_peer(reader, id(2)).await.unwrap(), std::slice::from_ref(&same));
    assert_eq!(peer_roots::by_id(reader, other.id).await.unwrap(), Some(other));
    let changed = PeerRoot { types: vec![RootType::Emsp], id: id(99), created_at: day(9), ..mine.clone() };
    write!(db, tx => peer_roots::put(tx, &changed));
    let kept = peer_roots::by_id(reader, mine.id).await.unwrap();
    assert_eq!(kept, Some(PeerRoot { types: vec![RootType::Emsp], ..mine.clone() }), "its id and age stay");
    assert!(write!(db, tx => peer_roots::remove(tx, id(2), &same.fingerprint)));
    assert!(!write!(db, tx => peer_roots::remove(tx, id(2), &same.fingerprint)));
    assert!(write!(db, tx => peers::remove(tx, id(1))));
    assert!(peer_roots::list(reader).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_last_look_and_the_description_are_replaced() {
    let db = with_peers().await;
    let first = PeerSync { party_id: id(1), tried_at: day(1), read_at: None, tag: None, problems: vec!["no".into()] };
    let second = PeerSync { read_at: Some(day(2)), tag: Some("\"a\"".into()), problems: Vec::new(), ..first.clone() };
    write!(db, tx => peer_syncs::put(tx, &first));
    write!(db, tx => peer_syncs::put(tx, &second));
    let reader = &mut db.reader().await;
    assert_eq!(peer_syncs::find(reader, id(1)).await.unwrap(), Some(second));
    assert_eq!(peer_syncs::find(reader, id(2)).await.unwrap(), None);

    let one = PeerDescription { party_id: id(1), ecosystem: "e1".into(), document: "a.b.c".into(), issued: day(1) };
    let newer = PeerDescription { document: "d.e.f".into(), issued: day(3), ..one.clone() };
    write!(db, tx => peer_descriptions::put(tx, &one));
    write!(db, tx => peer_descriptions::put(tx, &newer));
    assert_eq!(peer_descriptions::by_ecosystem(reader, "e1").await.unwrap(), Some(newer.clone()));
    assert_eq!(peer_descriptions::find(reader, id(1)).await.unwrap(), Some(newer.clone()));
    assert_eq!(peer_descriptions::list(reader).await.unwrap(), [newer]);
}

#[tokio::test]
async fn one_introduction_of_an_ecosystem_and_key() {
    let db = TestDb::empty().await;
    let one = Introduction {
        id: id(1),
        ecosystem: "e".into(),
        key_id: "k".into(),
        name: "Europe".into(),
        document: "a.b.c".into(),
        issued: day(1),
        expires: day(5),
        refused: false,
        confirmed: false,
        told_by: Some(id(7)),
        received_at: day(2),
    };
    let newer = Introduction { id: id(2), name: "EU".into(), refused: true, told_by: None, ..one.clone() };
    let other = Introduction { id: id(3), key_id: "l".into(), expires: day(9), ..one.clone() };
    write!(db, tx => introductions::put(tx, &one));
    let reader = &mut db.reader().await;
    assert_eq!(introductions::find(reader, "e", "k").await.unwrap(), Some(one.clone()));
    assert_eq!(introductions::told(reader, id(7)).await.unwrap(), 1);
    write!(db, tx => introductions::put(tx, &newer));
    write!(db, tx => introductions::put(tx, &other));
    let kept = Introduction { id: id(1), ..newer };
    assert_eq!(introductions::list(reader).await.unwrap(), [kept, other.clone()]);
    let now = day(6);
    assert_eq!(write!(db, tx => introductions::remove_ended(tx, now)), 1);
    assert_eq!(introductions::list(reader).await.unwrap(), std::slice::from_ref(&other));
    assert!(write!(db, tx => introductions::remove(tx, other.id)));
    assert!(!write!(db, tx => introductions::remove(tx, other.id)));
}
