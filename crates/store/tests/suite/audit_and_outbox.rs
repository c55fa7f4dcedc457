//! What is written beside each change: audit entries and events.

use opnc_store::audit::{self, AuditEntry};
use opnc_store::outbox::{self, OutboxEvent};

use crate::samples::{day, id};
use crate::test_db::{TestDb, write};

fn entry(number: u8) -> AuditEntry {
    AuditEntry {
        id: id(number),
        at: day(i64::from(number)),
        party_id: (number != 2).then(|| id(70)),
        operation: "putRootCertificate".into(),
        subject_hash: format!("hash {number}"),
        trace_id: id(80 + number),
    }
}

fn event(number: u8) -> OutboxEvent {
    OutboxEvent {
        id: id(number),
        kind: "emsp.prov.cert.deleted".into(),
        payload: format!("{{\"number\":{number}}}"),
        trace_id: id(90),
        created_at: day(i64::from(number)),
        attempts: 0,
    }
}

#[tokio::test]
async fn audit_entries_are_read_in_order_page_by_page() {
    let db = TestDb::empty().await;
    for number in [3, 1, 2, 5, 4] {
        let entry = entry(number);
        write!(db, tx => audit::append(tx, &entry));
    }
    let mut reader = db.reader().await;
    let mut seen = Vec::new();
    loop {
        let page = audit::list(&mut reader, seen.last().map(|entry: &AuditEntry| entry.id), 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(seen, (1..=5).map(entry).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_event_is_held_by_one_worker_until_its_lease_ends() {
    let db = TestDb::empty().await;
    for number in [2, 1, 3] {
        let event = event(number);
        write!(db, tx => outbox::append(tx, &event));
    }
    assert_eq!(outbox::waiting(&mut db.reader().await).await.unwrap(), [event(1), event(2), event(3)]);
    let ids =
        |events: Vec<OutboxEvent>| events.iter().map(|event| (event.id.as_u128(), event.attempts)).collect::<Vec<_>>();
    let lease = async |limit, now, until| ids(write!(db, tx => outbox::lease(tx, limit, day(now), day(until))));
    assert_eq!(lease(2, 10, 20).await, [(1, 1), (2, 1)], "the oldest first");
    assert_eq!(lease(5, 11, 20).await, [(3, 1)], "what the first worker holds is left to it");

    assert!(write!(db, tx => outbox::done(tx, id(1), day(12))));
    assert!(!write!(db, tx => outbox::done(tx, id(1), day(12))), "delivered once");
    assert_eq!(lease(5, 19, 30).await, []);
    assert_eq!(lease(5, 20, 30).await, [(2, 2), (3, 2)], "the worker died: another takes over");
    assert_eq!(ids(outbox::waiting(&mut db.reader().await).await.unwrap()), [(2, 2), (3, 2)]);
}
