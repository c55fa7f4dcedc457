//! Peers: kept as they are, and gone with all that was theirs.

use opnc_messages::Role;
use opnc_messages::ids::Wmi;
use opnc_store::credentials::{self, Client};
use opnc_store::party_identifiers::{self, PartyIdentifier};
use opnc_store::peers::{self, Peer, PeerCertificate, PeerCredentials};
use opnc_store::{StoreError, parties};

use crate::samples::{day, id, party};
use crate::test_db::{TestDb, write};

pub(crate) fn peer(number: u8) -> Peer {
    Peer {
        party_id: id(number),
        base_url: format!("https://{number}.example"),
        credentials: Some(PeerCredentials {
            client_id: "us".into(),
            sealed_secret: vec![number, 1, 2],
            token_url: Some("https://tokens.example".into()),
        }),
        certificate: Some(PeerCertificate { chain: "PEM".into(), sealed_key: vec![number, 3] }),
        services: vec!["pcp".into(), "ccp".into()],
        speaks_as: vec![Role::Cpo, Role::Oem],
        broadcast: true,
        timeout_ms: 1500,
        most_calls: 7,
        created_at: day(i64::from(number)),
        updated_at: day(i64::from(number) + 1),
    }
}

#[tokio::test]
async fn what_was_written_is_read() {
    let db = TestDb::empty().await;
    let (one, two) = (peer(1), Peer { credentials: None, broadcast: false, ..peer(2) });
    for peer in [&one, &two] {
        let party = party(u8::try_from(peer.party_id.as_u128()).unwrap());
        write!(db, tx => parties::add(tx, &party));
        write!(db, tx => peers::add(tx, peer));
    }
    assert_eq!(peers::list(&mut db.reader().await).await.unwrap(), [one.clone(), two]);
    let changed = Peer { certificate: None, timeout_ms: 9, services: Vec::new(), ..one };
    assert!(write!(db, tx => peers::update(tx, &changed)));
    assert_eq!(peers::find(&mut db.reader().await, id(1)).await.unwrap(), Some(changed));
    let nobody = peer(9);
    assert!(!write!(db, tx => peers::update(tx, &nobody)));
}

#[tokio::test]
async fn nobody_is_a_peer_who_is_no_party() {
    let db = TestDb::empty().await;
    let peer = peer(1);
    let added: Result<(), StoreError> = db.store.run_tx("test", |tx| Box::pin(peers::add(tx, &peer))).await;
    assert!(added.unwrap_err().to_string().contains("peers::ADD"));
}

#[tokio::test]
async fn it_goes_with_all_that_is_its() {
    let db = TestDb::empty().await;
    let wmi = PartyIdentifier::Wmi(Wmi::parse("WAU").unwrap());
    let client = Client { client_id: "them".into(), party_id: id(1), scopes: None };
    let (party, peer) = (party(1), peer(1));
    write!(db, tx => parties::add(tx, &party));
    write!(db, tx => peers::add(tx, &peer));
    write!(db, tx => party_identifiers::add(tx, id(1), &wmi));
    write!(db, tx => credentials::put(tx, &client));
    write!(db, tx => credentials::rotate_secret(tx, "them", &[5; 32], day(1), day(1)));
    assert!(write!(db, tx => peers::remove(tx, id(1))));
    assert!(!write!(db, tx => peers::remove(tx, id(1))));
    let reader = &mut db.reader().await;
    assert_eq!(parties::find(reader, id(1)).await.unwrap(), None);
    assert_eq!(credentials::find(reader, "them").await.unwrap(), None);
    assert!(party_identifiers::holders(reader, &wmi).await.unwrap().is_empty());
}
