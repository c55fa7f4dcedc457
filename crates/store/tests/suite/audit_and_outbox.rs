//! What is written beside each change: audit entries and events.

use opnc_store::StoreError;
use opnc_store::audit::{self, AuditEntry, AuditFilter, AuditRow, End, Fault, Outcome};
use opnc_store::outbox::{self, OutboxEvent};

use crate::samples::{day, id};
use crate::test_db::{TestDb, write};

fn entry(number: u8) -> AuditEntry {
    AuditEntry {
        id: id(number),
        at: day(i64::from(number)),
        party_id: (number != 2).then(|| id(70)),
        actor: (number == 2).then(|| "jane".to_owned()),
        operation: "putRootCertificate".into(),
        outcome: if number == 5 { Outcome::Denied } else { Outcome::Done },
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

async fn log(db: &TestDb, numbers: impl IntoIterator<Item = u8>) {
    for number in numbers {
        let entry = &entry(number);
        write!(db, tx => async move {
            audit::append(tx, entry.clone());
            Ok(())
        });
    }
}

async fn rows(db: &TestDb) -> Vec<AuditRow> {
    audit::list(&mut db.reader().await, &AuditFilter::default(), 0, 1000).await.unwrap()
}

/// Walks the rows from the anchor, as a verifier does.
async fn check(db: &TestDb) -> Result<End, Fault> {
    let ends = audit::ends(&mut db.reader().await).await.unwrap();
    let mut last = ends.anchor;
    for row in rows(db).await {
        row.follows(&last)?;
        last = row.end();
    }
    assert_eq!(last, ends.head);
    Ok(last)
}

#[tokio::test]
async fn audit_entries_are_read_in_order_page_by_page() {
    let db = TestDb::empty().await;
    log(&db, [3, 1, 2, 5, 4]).await;
    let mut reader = db.reader().await;
    let mut seen: Vec<AuditRow> = Vec::new();
    loop {
        let after = seen.last().map_or(0, |row| row.seq);
        let page = audit::list(&mut reader, &AuditFilter::default(), after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(seen.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5], "the order of commits");
    assert_eq!(seen.into_iter().map(|row| row.entry).collect::<Vec<_>>(), [3, 1, 2, 5, 4].map(entry));
    assert_eq!(check(&db).await.unwrap().seq, 5);
}

#[tokio::test]
async fn audit_entries_are_found_by_each_filter() {
    let db = TestDb::empty().await;
    log(&db, 1..=5).await;
    let all = AuditFilter::default;
    let cases = [
        (AuditFilter { since: Some(day(4)), ..all() }, vec![4, 5]),
        (AuditFilter { until: Some(day(2)), ..all() }, vec![1]),
        (AuditFilter { party_id: Some(id(71)), ..all() }, vec![]),
        (AuditFilter { party_id: Some(id(70)), ..all() }, vec![1, 3, 4, 5]),
        (AuditFilter { actor: Some("jane".into()), ..all() }, vec![2]),
        (AuditFilter { operation: Some("putRootCertificate".into()), ..all() }, vec![1, 2, 3, 4, 5]),
        (AuditFilter { outcome: Some(Outcome::Denied), ..all() }, vec![5]),
        (AuditFilter { subject_hash: Some("hash 3".into()), ..all() }, vec![3]),
    ];
    for (filter, expected) in cases {
        let found = audit::list(&mut db.reader().await, &filter, 0, 10).await.unwrap();
        assert_eq!(found.iter().map(|row| row.seq).collect::<Vec<_>>(), expected, "{filter:?}");
    }
    assert_eq!(audit::of_subject(&mut db.reader().await, "hash 3", 10).await.unwrap()[0].seq, 3);
}

#[tokio::test]
async fn several_entries_of_one_transaction_are_linked() {
    let db = TestDb::empty().await;
    write!(db, tx => async move {
        (1..=3).for_each(|number| audit::append(tx, entry(number)));
        Ok(())
    });
    assert_eq!(check(&db).await.unwrap().seq, 3);
}

/// Whatever is done to a row behind the program's back shows, and where.
#[tokio::test]
async fn a_changed_row_breaks_the_chain() {
    let harm = [
        ("UPDATE audit SET operation = 'x' WHERE seq = 3", Fault::Changed { seq: 3 }),
        ("UPDATE audit SET at = at + 1 WHERE seq = 4", Fault::Changed { seq: 4 }),
        ("UPDATE audit SET actor = 'joe' WHERE seq = 2", Fault::Changed { seq: 2 }),
        ("UPDATE audit SET outcome = 'done' WHERE seq = 5", Fault::Changed { seq: 5 }),
        ("DELETE FROM audit WHERE seq = 3", Fault::Missing { expected: 3, found: 4 }),
        ("DELETE FROM audit WHERE seq = 1", Fault::Missing { expected: 1, found: 2 }),
    ];
    for (sql, fault) in harm {
        let db = TestDb::empty().await;
        log(&db, 1..=5).await;
        db.execute(sql).await;
        assert_eq!(check(&db).await, Err(fault), "{sql}");
    }
}

#[tokio::test]
async fn old_entries_leave_at_the_beginning_and_the_rest_still_holds() {
    let db = TestDb::empty().await;
    // An old entry behind a younger one stays.
    log(&db, [1, 2, 4, 3, 5]).await;
    assert_eq!(write!(db, tx => audit::trim(tx, day(1))), 0);
    assert_eq!(write!(db, tx => audit::trim(tx, day(4))), 2);
    assert_eq!(rows(&db).await.iter().map(|row| row.seq).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(check(&db).await.unwrap().seq, 5);
    assert_eq!(write!(db, tx => audit::trim(tx, day(9))), 3);
    assert_eq!(write!(db, tx => audit::trim(tx, day(9))), 0);
    log(&db, [6]).await;
    assert_eq!(check(&db).await.unwrap().seq, 6);
}

/// Whatever the clocks say: an id is behind all others, also behind one that was addressed and is gone; and what was
/// appended under an earlier one all the same waits too.
#[tokio::test]
async fn events_are_in_the_order_in_which_they_were_appended() {
    let db = TestDb::empty().await;
    let next = async |wanted: u8| write!(db, tx => outbox::next_id(tx, id(wanted))).as_u128();
    let address = async || {
        write!(db, tx => async move {
            let waiting = outbox::first(tx, 10).await?;
            outbox::all_addressed(tx, &waiting, day(1)).await?;
            Ok::<_, StoreError>(waiting.events.iter().map(|event| event.id.as_u128()).collect::<Vec<_>>())
        })
    };
    assert_eq!(next(2).await, 2);
    for number in [2, 1, 5] {
        let event = event(number);
        write!(db, tx => outbox::append(tx, &event));
    }
    assert_eq!(next(3).await, 6, "a clock is behind");
    assert_eq!(next(9).await, 9);
    assert_eq!(outbox::lag(&mut db.reader().await).await.unwrap().0, 3);
    let waiting = outbox::waiting(&mut db.reader().await).await.unwrap();
    assert_eq!(waiting, [event(1), event(2), event(5)]);
    assert_eq!(address().await, [1, 2, 5]);
    assert_eq!(address().await, [0; 0], "once");
    write!(db, tx => outbox::remove(tx, id(5)));
    assert_eq!(next(3).await, 6, "it had a later one");
    for number in [6, 4] {
        let event = event(number);
        write!(db, tx => outbox::append(tx, &event));
    }
    let nobodys = [event(7)];
    write!(db, tx => outbox::append_addressed(tx, &nobodys));
    let page = outbox::page(&mut db.reader().await, id(0), 10).await.unwrap();
    let page: Vec<_> = page.into_iter().map(|(event, is_addressed)| (event.id.as_u128(), is_addressed)).collect();
    assert_eq!(page, [(1, true), (2, true), (4, false), (6, false), (7, true)]);
    assert_eq!(address().await, [4, 6]);
    assert_eq!(write!(db, tx => outbox::remove_before(tx, Some(day(30)), None)), 5);
}
