//! The root pool: by id, by fingerprint, by type, page by page.

use opnc_messages::RootType;
use opnc_store::roots::{self, Page, PutRoot, Root};

use crate::samples::{day, id, print, root};
use crate::test_db::{TestDb, write};

#[tokio::test]
async fn what_is_stored_is_found_by_id_and_fingerprint() {
    let db = TestDb::empty().await;
    let full = root(1);
    assert_eq!(write!(db, tx => roots::put(tx, &full)), PutRoot { id: id(1), created: true });
    let bare = Root {
        ctl_list: vec![],
        certificate_revocation_list: None,
        cross_certificate_pair: None,
        labeled_uri: None,
        ..root(2)
    };
    write!(db, tx => roots::put(tx, &bare));
    let mut reader = db.reader().await;
    assert_eq!(roots::by_id(&mut reader, id(1)).await.unwrap(), Some(full));
    assert_eq!(roots::by_fingerprint(&mut reader, &print(2)).await.unwrap(), Some(bare));
    assert_eq!(roots::by_id(&mut reader, id(3)).await.unwrap(), None);
    assert_eq!(roots::by_fingerprint(&mut reader, &print(3)).await.unwrap(), None);
}

#[tokio::test]
async fn the_same_certificate_again_keeps_its_id_and_gets_the_new_types() {
    let db = TestDb::empty().await;
    let first = root(1);
    write!(db, tx => roots::put(tx, &first));
    let again = Root {
        id: id(9),
        types: vec![RootType::Emsp],
        ctl_list: vec!["No CTL".into()],
        labeled_uri: Some("new".into()),
        certificate_revocation_list: None,
        created_at: day(99),
        ..root(1)
    };
    assert_eq!(write!(db, tx => roots::put(tx, &again)), PutRoot { id: id(1), created: false });
    let stored = roots::list(&mut db.reader().await, None, None).await.unwrap();
    assert_eq!(stored, [Root { id: id(1), created_at: day(1), ..again }]);
}

#[tokio::test]
async fn lists_by_type() {
    use RootType::{Emsp, Oem, Pe, V2g};

    let db = TestDb::empty().await;
    for (number, types) in [(1, vec![V2g]), (2, vec![Emsp]), (3, vec![V2g, Oem, Emsp]), (4, vec![Pe])] {
        let root = Root { types, ..root(number) };
        write!(db, tx => roots::put(tx, &root));
    }
    let mut reader = db.reader().await;
    for (root_type, expected) in [
        (None, vec![1, 2, 3, 4]),
        (Some(V2g), vec![1, 3]),
        (Some(Emsp), vec![2, 3]),
        (Some(Oem), vec![3]),
        (Some(Pe), vec![4]),
    ] {
        let found = roots::list(&mut reader, root_type, None).await.unwrap();
        assert_eq!(found.iter().map(|root| root.id.as_u128()).collect::<Vec<_>>(), expected, "{root_type:?}");
        assert_eq!(roots::count(&mut reader, root_type).await.unwrap(), expected.len() as u64);
    }
}

#[tokio::test]
async fn pages_cover_the_list_once() {
    let db = TestDb::empty().await;
    for number in 1..=7 {
        let root = root(number);
        write!(db, tx => roots::put(tx, &root));
    }
    let mut reader = db.reader().await;
    let mut seen = Vec::new();
    for (number, length) in [(1, 3), (2, 3), (3, 1), (4, 0), (u32::MAX, 0)] {
        let page = roots::list(&mut reader, Some(RootType::Oem), Some(Page { number, size: 3 })).await.unwrap();
        assert_eq!(page.len(), length, "page {number}");
        seen.extend(page.iter().map(|root| root.id.as_u128()));
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn what_is_removed_is_returned_and_gone() {
    let db = TestDb::empty().await;
    let only = root(1);
    write!(db, tx => roots::put(tx, &only));
    assert_eq!(write!(db, tx => roots::delete(tx, id(1))), Some(root(1)));
    assert_eq!(write!(db, tx => roots::delete(tx, id(1))), None);
    assert_eq!(roots::count(&mut db.reader().await, None).await.unwrap(), 0);
}
