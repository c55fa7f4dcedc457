//! Deliveries at work: order, leases, retries, and what is done once more.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use opnc_messages::event::EventName;
use opnc_store::deliveries::log::{self, DeliveryFilter, Standing};
use opnc_store::deliveries::work::{self, Addressed, Failed, Lease, Taken, Then};
use opnc_store::deliveries::{self, DeliveryState};
use opnc_store::event_endpoints::{self, health};
use opnc_store::outbox::{self, OutboxEvent};
use opnc_store::parties::{self, PartyStatus};
use uuid::Uuid;

use crate::events::endpoint;
use crate::samples::{day, id, party};
use crate::test_db::{TestDb, write};

const ENDPOINT: u8 = 10;

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Seconds after the start of a test.
fn at(seconds: i64) -> Timestamp {
    day(100) + SignedDuration::from_secs(seconds)
}

/// A database with an endpoint, and a delivery to it for each of the streams, in order. Events have the ids 1001, 1002, …
async fn with_deliveries(streams: &[&str]) -> TestDb {
    let db = TestDb::empty().await;
    let (owner, receiver) = (&party(1), &endpoint(ENDPOINT, 1));
    write!(db, tx => parties::add(tx, owner));
    write!(db, tx => event_endpoints::add(tx, receiver));
    write!(db, tx => async move { health::well(tx, id(ENDPOINT)).await });
    address(&db, streams, 1).await;
    db
}

/// Adds deliveries, the first with this number.
async fn address(db: &TestDb, streams: &[&str], first: u128) {
    let numbered: Vec<(u128, &str)> = (first..).zip(streams.iter().copied()).collect();
    let addressed: Vec<Addressed> = numbered
        .iter()
        .map(|(number, stream)| Addressed {
            id: uuid(2000 + number),
            event_id: uuid(1000 + number),
            endpoint_id: id(ENDPOINT),
            stream: (*stream).to_owned(),
            name: EventName::parse("oem.contract.created").unwrap(),
            at_once: false,
        })
        .collect();
    let (numbered, addressed) = (&numbered, &addressed);
    let held = write!(db, tx => async move {
        for (number, _) in numbered {
            outbox::append(tx, &event(*number)).await?;
        }
        work::add(tx, addressed, lease(1), at(0)).await
    });
    assert_eq!(held, HashSet::new());
    let other = |one: &Addressed| Addressed { id: uuid(one.id.as_u128() + 500), at_once: true, ..one.clone() };
    let twice: &Vec<_> = &addressed.iter().map(other).collect();
    let held = write!(db, tx => async move { work::add(tx, twice, lease(1), at(0)).await });
    assert_eq!(held, HashSet::new(), "what was left out is not sent either");
    for one in twice {
        let found = deliveries::find(&mut db.reader().await, one.id).await.unwrap();
        assert_eq!(found, None, "an event goes to an endpoint once");
    }
}

/// Ten seconds for a worker.
fn lease(owner: u8) -> Lease {
    Lease { owner: id(owner), until: at(10) }
}

fn event(number: u128) -> OutboxEvent {
    OutboxEvent {
        id: uuid(1000 + number),
        kind: "contract.created".into(),
        payload: format!("{{\"number\":{number}}}"),
        trace_id: id(90),
        created_at: day(99),
        attempts: 0,
    }
}

/// Takes what can be taken, for ten seconds; the numbers of the deliveries.
async fn take(db: &TestDb, owner: u8, seconds: i64, limit: u32) -> Vec<u128> {
    let taken: Vec<Taken> =
        write!(db, tx => work::take(tx, id(ENDPOINT), id(owner), at(seconds), at(seconds + 10), limit));
    for one in &taken {
        assert_eq!(*one.event, event(one.event.id.as_u128() - 1000));
    }
    taken.iter().map(|taken| taken.delivery.id.as_u128() - 2000).collect()
}

async fn deliver(db: &TestDb, owner: u8, numbers: &[u128]) -> usize {
    let ids: Vec<Uuid> = numbers.iter().map(|number| uuid(2000 + number)).collect();
    let ids = &ids;
    let ended = write!(db, tx => async move {
        let ended = work::delivered(tx, id(owner), 204, ids, at(5)).await?;
        work::unblock_behind(tx, id(ENDPOINT), &ended).await?;
        Ok(ended)
    });
    ended.len()
}

async fn fail(db: &TestDb, owner: u8, number: u128, then: Then) -> bool {
    let failed = &Failed { id: uuid(2000 + number), then, status: Some(503), error: "busy".into() };
    write!(db, tx => async move {
        let heard = work::failed(tx, id(owner), failed, at(5)).await?;
        if matches!(failed.then, Then::End(_)) {
            work::unblock_behind(tx, id(ENDPOINT), &[failed.id]).await?;
        }
        Ok(heard)
    })
}

fn retry(seconds: i64) -> Then {
    Then::Retry { at: at(seconds), failures: 1, failures_until: Some(at(seconds)) }
}

#[tokio::test]
async fn of_a_stream_one_at_a_time_can_be_taken() {
    let db = with_deliveries(&["a", "a", "b", "a", "c"]).await;
    assert_eq!(take(&db, 1, 0, 10).await, [1, 3, 5]);
    assert_eq!(take(&db, 1, 0, 10).await, [0; 0]);
    assert_eq!(deliver(&db, 1, &[1, 3]).await, 2);
    assert_eq!(take(&db, 1, 1, 10).await, [2]);
    // What comes later waits behind what is under way.
    address(&db, &["a", "b"], 6).await;
    assert_eq!(take(&db, 1, 1, 10).await, [7]);
    assert_eq!(deliver(&db, 1, &[2, 5, 7]).await, 3);
    assert_eq!(take(&db, 1, 2, 10).await, [4]);
    assert_eq!(deliver(&db, 1, &[4]).await, 1);
    assert_eq!(take(&db, 1, 2, 10).await, [6]);
}

#[tokio::test]
async fn what_is_held_by_one_worker_is_not_taken_by_another() {
    let db = with_deliveries(&["a", "b", "c"]).await;
    assert_eq!(take(&db, 1, 0, 2).await, [1, 2]);
    assert_eq!(take(&db, 2, 9, 10).await, [3]);
    // The first one has died, or is slow: its lease is over.
    assert_eq!(take(&db, 2, 10, 10).await, [1, 2]);
    assert_eq!(deliver(&db, 1, &[1]).await, 0, "it is not asked any more");
    assert!(!fail(&db, 1, 2, retry(60)).await);
    assert_eq!(deliver(&db, 2, &[1, 2, 3]).await, 3);
    assert_eq!(deliver(&db, 2, &[1, 2, 3]).await, 0, "it has ended");
    let ended = deliveries::find(&mut db.reader().await, uuid(2001)).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.attempts, ended.last_status), (DeliveryState::Delivered, 1, Some(204)));
    assert_eq!((ended.done_at, ended.lease_until), (Some(at(5)), None));
}

/// What is sent by who adds it is held like what was taken, and waits for what is before it in its stream.
#[tokio::test]
async fn what_is_added_to_be_sent_at_once_is_held() {
    let db = with_deliveries(&["a"]).await;
    let streams = ["a", "b", "b", "c"];
    let addressed: &Vec<Addressed> = &(2..)
        .zip(streams)
        .map(|(number, stream)| Addressed {
            id: uuid(2000 + number),
            event_id: uuid(1000 + number),
            endpoint_id: id(ENDPOINT),
            stream: stream.to_owned(),
            name: EventName::parse("oem.contract.created").unwrap(),
            at_once: stream != "c",
        })
        .collect();
    let held = write!(db, tx => async move {
        for one in addressed {
            outbox::append(tx, &event(one.event_id.as_u128() - 1000)).await?;
        }
        work::add(tx, addressed, lease(1), at(0)).await
    });
    assert_eq!(held, HashSet::from([uuid(2003)]), "the first of b; the others are behind another, or not asked for");
    let kept = deliveries::find(&mut db.reader().await, uuid(2003)).await.unwrap().unwrap();
    let said = Taken::added(&addressed[1], Arc::new(event(3)), lease(1), at(0));
    assert_eq!(said.delivery, kept);
    assert_eq!(take(&db, 2, 1, 10).await, [1, 5], "the first of a, and c");
    assert_eq!(deliver(&db, 1, &[3]).await, 1);
    assert_eq!(take(&db, 2, 1, 10).await, [4]);
    assert_eq!(deliver(&db, 2, &[1]).await, 1);
    assert_eq!(take(&db, 2, 1, 10).await, [2]);
}

/// An event that is addressed again is left out: what comes behind it in its stream must not wait for it.
#[tokio::test]
async fn nothing_waits_behind_what_was_left_out() {
    let db = with_deliveries(&["a"]).await;
    assert_eq!(take(&db, 1, 0, 10).await, [1]);
    assert_eq!(deliver(&db, 1, &[1]).await, 1);
    let addressed: &Vec<Addressed> = &[(1, 2501), (2, 2002)]
        .map(|(number, delivery)| Addressed {
            id: uuid(delivery),
            event_id: uuid(1000 + number),
            endpoint_id: id(ENDPOINT),
            stream: "a".to_owned(),
            name: EventName::parse("oem.contract.created").unwrap(),
            at_once: true,
        })
        .to_vec();
    let held = write!(db, tx => async move {
        outbox::append(tx, &event(2)).await?;
        work::add(tx, addressed, lease(1), at(0)).await
    });
    assert_eq!(held, HashSet::new());
    assert_eq!(take(&db, 1, 1, 10).await, [2]);
}

#[tokio::test]
async fn what_is_given_back_can_be_taken_at_once() {
    let db = with_deliveries(&["a", "b"]).await;
    assert_eq!(take(&db, 1, 0, 10).await, [1, 2]);
    write!(db, tx => async move { work::give_back(tx, id(2), &[uuid(2001)]).await });
    assert_eq!(take(&db, 2, 1, 10).await, [0; 0], "another's lease is not given back");
    write!(db, tx => async move { work::give_back(tx, id(1), &[uuid(2001), uuid(2002)]).await });
    assert_eq!(take(&db, 2, 1, 10).await, [1, 2]);
}

#[tokio::test]
async fn later_events_wait_for_one_that_is_tried_again() {
    let db = with_deliveries(&["a", "a", "b"]).await;
    assert_eq!(take(&db, 1, 0, 10).await, [1, 3]);
    assert!(fail(&db, 1, 1, retry(60)).await);
    assert_eq!(take(&db, 1, 59, 10).await, [3], "its lease was over");
    let taken = write!(db, tx => work::take(tx, id(ENDPOINT), id(1), at(60), at(70), 10));
    assert_eq!((taken[0].failures, taken[0].failures_until), (1, Some(at(60))));
    assert_eq!((taken[0].delivery.attempts, taken[0].delivery.last_error.as_deref()), (1, Some("busy")));
    assert!(fail(&db, 1, 1, Then::End(DeliveryState::GivenUp)).await);
    assert_eq!(take(&db, 1, 61, 10).await, [2]);
}

/// More than one statement takes at once, and no whole number of them.
#[tokio::test]
async fn many_at_once() {
    let streams: Vec<String> = (0..123).map(|number| number.to_string()).collect();
    let streams: Vec<&str> = streams.iter().map(String::as_str).collect();
    let db = with_deliveries(&streams).await;
    let all: Vec<u128> = (1..=123).collect();
    assert_eq!(take(&db, 1, 0, 1000).await, all);
    assert_eq!(deliver(&db, 1, &all).await, 123);
    let standing = log::standing(&mut db.reader().await).await.unwrap();
    assert_eq!(standing, Standing::default());
}

#[tokio::test]
async fn endpoints_are_due_when_something_can_be_taken() {
    let db = with_deliveries(&["a"]).await;
    let due = async |seconds| {
        let due = health::due(&mut db.reader().await, at(seconds)).await.unwrap();
        due.iter().map(|endpoint| endpoint.id).collect::<Vec<_>>()
    };
    assert_eq!((due(-1).await, due(0).await), (vec![], vec![id(ENDPOINT)]));
    write!(db, tx => async move { health::pause(tx, id(ENDPOINT), at(30)).await });
    assert_eq!((due(29).await, due(30).await), (vec![], vec![id(ENDPOINT)]));
    assert!(write!(db, tx => async move { health::well(tx, id(ENDPOINT)).await }));
    assert!(!write!(db, tx => async move { health::well(tx, id(ENDPOINT)).await }));
    assert_eq!(take(&db, 1, 0, 1).await, [1]);
    assert_eq!((due(9).await, due(10).await), (vec![], vec![id(ENDPOINT)]));
    write!(db, tx => parties::set_status(tx, id(1), PartyStatus::Disabled));
    assert!(due(10).await.is_empty());
    write!(db, tx => parties::set_status(tx, id(1), PartyStatus::Active));
    let off = &event_endpoints::Endpoint { enabled: false, ..endpoint(ENDPOINT, 1) };
    write!(db, tx => event_endpoints::update(tx, off));
    assert!(due(10).await.is_empty());
}

#[tokio::test]
async fn how_an_endpoint_fares() {
    let db = with_deliveries(&[]).await;
    let now = async || event_endpoints::find(&mut db.reader().await, id(ENDPOINT)).await.unwrap().unwrap();
    for seconds in [1, 2] {
        write!(db, tx => async move { health::failing(tx, id(ENDPOINT), at(seconds)).await });
    }
    assert_eq!(now().await.failing_since, Some(at(1)));
    assert!(write!(db, tx => async move { health::park(tx, id(ENDPOINT), at(3)).await }));
    assert!(!write!(db, tx => async move { health::park(tx, id(ENDPOINT), at(4)).await }));
    assert_eq!(now().await.parked_at, Some(at(3)));
    assert_eq!(log::standing(&mut db.reader().await).await.unwrap().parked, 1);
    assert!(write!(db, tx => async move { health::well(tx, id(ENDPOINT)).await }));
    assert_eq!((now().await.failing_since, now().await.parked_at), (None, None));
}

#[tokio::test]
async fn the_log_is_read_by_what_is_asked_for() {
    let db = with_deliveries(&["a", "a", "b", "c"]).await;
    take(&db, 1, 0, 10).await;
    deliver(&db, 1, &[1]).await;
    fail(&db, 1, 3, Then::End(DeliveryState::Rejected)).await;
    fail(&db, 1, 4, retry(60)).await;
    let list = async |filter: DeliveryFilter, before: Option<u128>, limit| {
        let before = before.map(|number| uuid(2000 + number));
        let found = log::list(&mut db.reader().await, &filter, before, limit).await.unwrap();
        found.iter().map(|logged| logged.delivery.id.as_u128() - 2000).collect::<Vec<_>>()
    };
    let all = DeliveryFilter::default;
    assert_eq!(list(all(), None, 10).await, [4, 3, 2, 1]);
    assert_eq!(list(all(), None, 2).await, [4, 3]);
    assert_eq!(list(all(), Some(3), 2).await, [2, 1]);
    assert_eq!(list(DeliveryFilter { state: Some(DeliveryState::Rejected), ..all() }, None, 10).await, [3]);
    assert_eq!(list(DeliveryFilter { event_id: Some(uuid(1002)), ..all() }, None, 10).await, [2]);
    assert_eq!(list(DeliveryFilter { endpoint_id: Some(id(11)), ..all() }, None, 10).await, [0; 0]);
    assert_eq!(list(DeliveryFilter { party_id: Some(id(1)), ..all() }, None, 10).await.len(), 4);
    assert_eq!(list(DeliveryFilter { party_id: Some(id(2)), ..all() }, None, 10).await, [0; 0]);
    assert_eq!(list(DeliveryFilter { since: Some(at(1)), ..all() }, None, 10).await, [0; 0]);
    assert_eq!(list(DeliveryFilter { until: Some(at(1)), ..all() }, None, 10).await.len(), 4);
    let standing = log::standing(&mut db.reader().await).await.unwrap();
    assert_eq!(standing, Standing { waiting: 2, retrying: 1, oldest: Some(at(0)), parked: 0 });
}

#[tokio::test]
async fn what_is_done_once_more_keeps_its_order() {
    let db = with_deliveries(&["a", "a", "a", "b"]).await;
    for number in 1..=3 {
        take(&db, 1, 0, 10).await;
        deliver(&db, 1, &[number]).await;
    }
    fail(&db, 1, 4, retry(60)).await;
    let everything = &DeliveryFilter { endpoint_id: Some(id(ENDPOINT)), ..DeliveryFilter::default() };
    assert_eq!(write!(db, tx => log::again(tx, everything, at(20))), 4);
    assert_eq!(take(&db, 1, 20, 10).await, [1, 4]);
    deliver(&db, 1, &[1]).await;
    assert_eq!(take(&db, 1, 20, 10).await, [2]);
    assert_eq!(write!(db, tx => log::again(tx, everything, at(20))), 1, "what waits is left alone");
    deliver(&db, 1, &[2]).await;
    // The third was to come anyway; the first is before it.
    assert_eq!(take(&db, 1, 20, 10).await, [1]);
}

/// Its first delivery has gone by retention: the next of the stream must not wait for ever.
#[tokio::test]
async fn nothing_waits_behind_what_has_gone() {
    let db = with_deliveries(&["a", "a"]).await;
    write!(db, tx => outbox::remove(tx, uuid(1001)));
    assert_eq!(take(&db, 1, 0, 10).await, [0; 0]);
    assert_eq!(write!(db, tx => work::unblock(tx)), 1);
    assert_eq!(take(&db, 1, 0, 10).await, [2]);
}

/// What comes back is before a later one that waits, and behind one that is under way: two at once there are never.
#[tokio::test]
async fn what_is_done_once_more_does_not_meet_a_later_one() {
    let db = with_deliveries(&["a", "a", "b", "b"]).await;
    assert_eq!(take(&db, 1, 0, 10).await, [1, 3]);
    assert_eq!(deliver(&db, 1, &[1, 3]).await, 2);
    assert_eq!(take(&db, 1, 0, 1).await, [2]);
    let first = &DeliveryFilter { until: None, ..DeliveryFilter::default() };
    assert_eq!(write!(db, tx => log::again(tx, first, at(1))), 2, "1 and 3; the others wait as they are");
    assert_eq!(take(&db, 2, 1, 10).await, [3], "2 is under way, and 4 behind 3");
    assert_eq!(deliver(&db, 1, &[2]).await, 1);
    assert_eq!(take(&db, 2, 1, 10).await, [1]);
    assert_eq!(deliver(&db, 2, &[3]).await, 1);
    assert_eq!(take(&db, 2, 5, 10).await, [4]);
}

/// Whoever removes an endpoint tells of what waits there: the later one, that is under way, behind the one that came back.
#[tokio::test]
async fn what_waits_for_an_endpoint_is_found_in_the_order_of_events() {
    let db = with_deliveries(&["a", "a", "b"]).await;
    assert_eq!(take(&db, 1, 0, 1).await, [1]);
    deliver(&db, 1, &[1]).await;
    assert_eq!(take(&db, 1, 0, 10).await, [2, 3]);
    let first = &DeliveryFilter { event_id: Some(uuid(1001)), ..DeliveryFilter::default() };
    assert_eq!(write!(db, tx => log::again(tx, first, at(1))), 1);
    let reader = &mut db.reader().await;
    let waiting = work::waiting_for(reader, id(ENDPOINT)).await.unwrap();
    assert_eq!(waiting, [uuid(2001), uuid(2002), uuid(2003)]);
    assert_eq!(work::waiting_for(reader, id(99)).await.unwrap(), Vec::<Uuid>::new());
    let backwards: Vec<Uuid> = waiting.iter().rev().copied().collect();
    let with_events = work::with_events(reader, &backwards).await.unwrap();
    assert_eq!(with_events.iter().map(|one| one.delivery.id).collect::<Vec<_>>(), waiting);
    assert!(with_events.iter().zip(1..).all(|(one, number)| *one.event == event(number)));
}

/// A process from before migration 0027 removes events and endpoints alone.
#[tokio::test]
async fn what_an_older_process_leaves_behind_is_found() {
    let db = with_deliveries(&["a", "a", "b", "c"]).await;
    assert_eq!(take(&db, 1, 0, 10).await, [1, 3, 4]);
    deliver(&db, 1, &[3]).await;
    assert_eq!(deliveries::orphans(&mut db.reader().await, 10).await.unwrap(), Vec::<Uuid>::new());
    for number in [1001, 1003] {
        db.execute(&format!("DELETE FROM outbox WHERE id = '{}'", uuid(number))).await;
    }
    let mut orphans = deliveries::orphans(&mut db.reader().await, 10).await.unwrap();
    orphans.sort();
    assert_eq!(orphans, [uuid(2001), uuid(2003)]);
    assert_eq!(deliveries::orphans(&mut db.reader().await, 1).await.unwrap().len(), 1);
    let orphans = &orphans;
    write!(db, tx => deliveries::remove(tx, orphans));
    write!(db, tx => work::unblock(tx));
    assert_eq!(take(&db, 1, 0, 10).await, [2]);
    db.execute("DELETE FROM event_endpoints").await;
    let mut orphans = deliveries::orphans(&mut db.reader().await, 10).await.unwrap();
    orphans.sort();
    assert_eq!(orphans, [uuid(2002), uuid(2004)], "both wait");
}
