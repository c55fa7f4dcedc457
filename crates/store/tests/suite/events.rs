//! Webhook endpoints, and what is on its way to them.

use opnc_messages::event::EventName;
use opnc_messages::ids::{ProviderId, Wmi};
use opnc_messages::{Role, RootType};
use opnc_store::deliveries::log::{self, DeliveryFilter};
use opnc_store::deliveries::{self, Delivery, DeliveryState};
use opnc_store::event_endpoints::{self, Endpoint, PreviousSecret, SignatureStyle};
use opnc_store::outbox::{self, OutboxEvent};
use opnc_store::parties::{self, PartyStatus};
use opnc_store::party_identifiers::{self, PartyIdentifier};

use crate::samples::{day, id, party};
use crate::test_db::{TestDb, write};

fn wmi(text: &str) -> Wmi {
    Wmi::parse(text).unwrap()
}

/// An endpoint of the party with the number `of`.
pub(crate) fn endpoint(number: u8, of: u8) -> Endpoint {
    Endpoint {
        id: id(number),
        party_id: id(of),
        acting: Some(PartyIdentifier::Wmi(wmi("WAU"))),
        url: format!("https://receiver{number}.example/events"),
        description: Some("a note".into()),
        metadata: Some(r#"{"team":"blue"}"#.into()),
        enabled_events: vec![EventName::parse("oem.contract.created").unwrap(), EventName::ALL[0]],
        wmis: vec![wmi("WAU"), wmi("WVW")],
        providers: vec![ProviderId::parse("DE8AA").unwrap()],
        root_types: vec![RootType::V2g, RootType::Emsp],
        enabled: true,
        secret: vec![1, number],
        previous_secret: Some(PreviousSecret { sealed: vec![2, number], until: day(40) }),
        signature_style: SignatureStyle::Bare,
        identifiers_only: true,
        failing_since: Some(day(41)),
        parked_at: Some(day(42)),
        created_at: day(i64::from(number)),
        updated_at: day(43),
    }
}

async fn with_parties(numbers: impl IntoIterator<Item = u8>) -> TestDb {
    let db = TestDb::empty().await;
    for number in numbers {
        let row = &party(number);
        write!(db, tx => parties::add(tx, row));
    }
    db
}

#[tokio::test]
async fn an_endpoint_comes_back_as_it_was_written() {
    let db = with_parties([1, 2]).await;
    let (first, other) = (&endpoint(10, 1), &endpoint(11, 2));
    let second = &Endpoint {
        acting: None,
        description: None,
        metadata: None,
        wmis: vec![],
        previous_secret: None,
        failing_since: None,
        parked_at: None,
        signature_style: SignatureStyle::Prefixed,
        identifiers_only: false,
        enabled: false,
        ..endpoint(12, 1)
    };
    for one in [first, other, second] {
        write!(db, tx => event_endpoints::add(tx, one));
    }
    let mut reader = db.reader().await;
    assert_eq!(event_endpoints::find(&mut reader, id(10)).await.unwrap().as_ref(), Some(first));
    assert_eq!(event_endpoints::find(&mut reader, id(99)).await.unwrap(), None);
    assert_eq!(event_endpoints::of_party(&mut reader, id(1)).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(event_endpoints::list(&mut reader).await.unwrap().len(), 3);
    drop(reader);

    let changed = &Endpoint { created_at: first.created_at, acting: first.acting.clone(), ..endpoint(12, 1) };
    let changed = &Endpoint { id: id(10), ..changed.clone() };
    assert!(write!(db, tx => event_endpoints::update(tx, changed)));
    assert_eq!(event_endpoints::find(&mut db.reader().await, id(10)).await.unwrap().as_ref(), Some(changed));
    assert!(write!(db, tx => event_endpoints::remove(tx, id(10))));
    assert!(!write!(db, tx => event_endpoints::remove(tx, id(10))));
    assert!(!write!(db, tx => event_endpoints::update(tx, changed)));
}

#[tokio::test]
async fn the_endpoints_that_listen_are_those_of_active_parties() {
    let db = with_parties([1, 2, 3]).await;
    let held = &PartyIdentifier::Wmi(wmi("WAU"));
    for number in [1, 2, 3] {
        let (one, off) =
            (&endpoint(10 + number, number), &Endpoint { enabled: false, ..endpoint(20 + number, number) });
        write!(db, tx => event_endpoints::add(tx, one));
        write!(db, tx => event_endpoints::add(tx, off));
        if number != 3 {
            write!(db, tx => party_identifiers::add(tx, id(number), held));
        }
    }
    write!(db, tx => parties::set_status(tx, id(2), PartyStatus::Disabled));
    let mut reader = db.reader().await;
    let ids = |found: Vec<(Endpoint, Role)>| found.into_iter().map(|(one, role)| (one.id, role)).collect::<Vec<_>>();
    let role = Role::EmspNoPki;
    assert_eq!(ids(event_endpoints::enabled(&mut reader).await.unwrap()), [(id(11), role), (id(13), role)]);
    let held = [held.clone(), PartyIdentifier::Wmi(wmi("ZZZ")), PartyIdentifier::CpsName("WAU".into())];
    let found = event_endpoints::of_holders(&mut reader, &held).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|(identity, one, role)| (identity, one.id, role)).collect();
    assert_eq!(found, [(held[0].clone(), id(11), role)]);
    assert!(event_endpoints::of_holders(&mut reader, &held[1..]).await.unwrap().is_empty());
    assert!(event_endpoints::of_holders(&mut reader, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_delivery_goes_with_its_event_and_what_waits_with_its_endpoint() {
    let db = with_parties([1]).await;
    for number in [10, 11] {
        let one = &endpoint(number, 1);
        write!(db, tx => event_endpoints::add(tx, one));
    }
    let event = |number: u8| OutboxEvent {
        id: id(number),
        kind: "contract.created".into(),
        payload: "{}".into(),
        trace_id: id(90),
        created_at: day(0),
        attempts: 0,
    };
    let delivery = |number: u8, event: u8, endpoint: u8| Delivery {
        id: id(number),
        event_id: id(event),
        endpoint_id: id(endpoint),
        stream: format!("stream {number}"),
        name: EventName::parse("oem.contract.created").unwrap(),
        state: DeliveryState::GivenUp,
        attempts: 4,
        next_at: day(5),
        lease_until: Some(day(6)),
        last_status: Some(503),
        last_error: Some("busy".into()),
        created_at: day(7),
        done_at: Some(day(8)),
    };
    for number in [1, 2] {
        let one = &event(number);
        write!(db, tx => outbox::append(tx, one));
    }
    let (first, second, third) = (&delivery(1, 1, 10), &delivery(2, 1, 11), &delivery(3, 2, 11));
    for one in [first, second, third] {
        assert!(write!(db, tx => deliveries::add(tx, one)));
    }
    let twice = &delivery(4, 1, 10);
    assert!(!write!(db, tx => deliveries::add(tx, twice)), "an event goes to an endpoint once");
    let found = deliveries::of_event(&mut db.reader().await, id(1)).await.unwrap();
    assert_eq!(found, [first.clone(), second.clone()]);

    let waiting = &Delivery { state: DeliveryState::Waiting, done_at: None, ..delivery(5, 2, 10) };
    assert!(write!(db, tx => deliveries::add(tx, waiting)));
    write!(db, tx => event_endpoints::remove(tx, id(10)));
    assert_eq!(deliveries::find(&mut db.reader().await, id(5)).await.unwrap(), None);
    // What has ended is shown to nobody, and never made again.
    let all = &DeliveryFilter::default();
    let listed = log::list(&mut db.reader().await, all, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|logged| logged.delivery.id).collect::<Vec<_>>(), [id(3), id(2)]);
    assert_eq!(write!(db, tx => log::again(tx, all, day(9))), 2);
    write!(db, tx => outbox::remove(tx, id(2)));
    assert_eq!(deliveries::find(&mut db.reader().await, id(3)).await.unwrap(), None);
    assert!(deliveries::find(&mut db.reader().await, id(2)).await.unwrap().is_some());
    write!(db, tx => outbox::remove(tx, id(1)));
    assert_eq!(deliveries::of_event(&mut db.reader().await, id(1)).await.unwrap(), []);
}
