//! Every event against every role and identifier.

use std::collections::BTreeSet;

use jiff::Timestamp;
use opnc_messages::event::{EventKind, EventName};
use opnc_messages::ids::{ProviderId, Wmi};
use opnc_messages::{Role, RootType};
use opnc_services::Caller;
use opnc_services::caller::{Owned, PartyIdentifier};
use opnc_services::events::audience::recipients;
use opnc_services::parties::{NewParty, set_status};
use opnc_store::event_endpoints::{self, Endpoint};
use opnc_store::outbox::OutboxEvent;
use opnc_store::parties::PartyStatus;
use opnc_test_util::TestEcosystem;
use serde_json::json;
use uuid::Uuid;

/// Whom an event is about.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Everybody,
    Oem,
    Emsp,
}

fn side(kind: EventKind) -> Side {
    use EventKind as K;
    match kind {
        K::RootAdded | K::RootExpired | K::RootRevoked => Side::Everybody,
        K::ContractCreated | K::ContractUpdated | K::ContractDeleted => Side::Oem,
        _ => Side::Emsp,
    }
}

fn event(kind: EventKind, emaid: &str, pcid: &str) -> OutboxEvent {
    let payload = match side(kind) {
        Side::Everybody => json!({
            "rootCertificateId": Uuid::from_u128(5), "rootTypes": ["V2G", "OEM"], "commonName": "A root",
        }),
        _ => json!({"emaid": emaid, "pcid": pcid, "iso15118": "2"}),
    };
    OutboxEvent {
        id: Uuid::from_u128(9),
        kind: kind.as_str().to_owned(),
        payload: payload.to_string(),
        trace_id: Uuid::nil(),
        created_at: Timestamp::UNIX_EPOCH,
        attempts: 0,
    }
}

/// An endpoint that asks for everything.
fn endpoint(number: u128, party: Uuid) -> Endpoint {
    Endpoint {
        id: Uuid::from_u128(number),
        party_id: party,
        acting: None,
        url: "https://receiver.example".into(),
        description: None,
        metadata: None,
        enabled_events: EventName::ALL.to_vec(),
        wmis: Vec::new(),
        providers: Vec::new(),
        root_types: Vec::new(),
        enabled: true,
        secret: vec![1],
        previous_secret: None,
        signature_style: Default::default(),
        identifiers_only: false,
        failing_since: None,
        parked_at: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn wmi(text: &str) -> Wmi {
    Wmi::parse(text).unwrap()
}

fn provider(text: &str) -> ProviderId {
    ProviderId::parse(text).unwrap()
}

async fn add(ecosystem: &TestEcosystem, endpoint: Endpoint) {
    let endpoint = &endpoint;
    let added: Result<(), opnc_store::StoreError> =
        ecosystem.ecosystem.store().run_tx("test", |tx| Box::pin(event_endpoints::add(tx, endpoint))).await;
    added.unwrap();
}

async fn heard(ecosystem: &TestEcosystem, event: &OutboxEvent) -> BTreeSet<u128> {
    let mut reader = ecosystem.ecosystem.store().read().await.unwrap();
    let found = recipients(&ecosystem.ecosystem, &mut reader, event).await.unwrap();
    let kind = EventKind::parse(&event.kind).unwrap();
    assert!(found.iter().all(|one| one.name == kind.canonical() && one.stream == found[0].stream));
    let ids: Vec<_> = found.iter().map(|one| one.endpoint.id.as_u128()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an endpoint hears once");
    ids.into_iter().collect()
}

const KINDS: [EventKind; 15] = {
    use EventKind as K;
    [
        K::RootAdded,
        K::RootExpired,
        K::RootRevoked,
        K::CarUpdated,
        K::CarDeleted,
        K::CarReset,
        K::ContractCreated,
        K::ContractUpdated,
        K::ContractDeleted,
        K::CreationSent,
        K::UpdateSent,
        K::DeletionSent,
        K::Queued,
        K::Rejected,
        K::Delivered,
    ]
};

/// Who hears of an event is who it is about: each role, own and foreign identifiers, identities of a party.
#[tokio::test]
async fn every_event_every_role_and_every_identifier() {
    let mut ecosystem = TestEcosystem::start().await;
    let party = |name: &str, role, owned| NewParty { name: name.to_owned(), role, owned };
    let makers = Owned { wmis: vec![wmi("WXA"), wmi("WXB")], ..Owned::default() };
    ecosystem.add_party(party("OEM X", Role::Oem, makers)).await;
    let hub = Owned { providers: vec![provider("DEXXA"), provider("DEXXB")], ..Owned::default() };
    ecosystem.add_party(party("Hub", Role::EmspOwnPki, hub)).await;
    let all = ["OEM A", "OEM B", "CPO B", "eMSP C", "eMSP D", "eMSP E", "eMSP F", "CPS G", "OEM X", "Hub"];
    let id = |name: &str| ecosystem.party_named(name).credentials.party;
    for (number, name) in (1..).zip(all) {
        add(&ecosystem, endpoint(number, id(name))).await;
        let off = Endpoint { enabled: false, ..endpoint(100 + number, id(name)) };
        add(&ecosystem, off).await;
        let none = Endpoint { enabled_events: Vec::new(), ..endpoint(200 + number, id(name)) };
        add(&ecosystem, none).await;
    }
    // Identities of a party, and what an endpoint has narrowed itself to.
    for (number, acting) in [(21, PartyIdentifier::Wmi(wmi("WXA"))), (22, PartyIdentifier::Wmi(wmi("WXB")))] {
        add(&ecosystem, Endpoint { acting: Some(acting), ..endpoint(number, id("OEM X")) }).await;
    }
    for (number, one) in [(23, "DEXXA"), (24, "DEXXB")] {
        let acting = Some(PartyIdentifier::Provider(provider(one)));
        add(&ecosystem, Endpoint { acting, ..endpoint(number, id("Hub")) }).await;
    }
    add(&ecosystem, Endpoint { wmis: vec![wmi("WXB")], ..endpoint(25, id("OEM X")) }).await;
    add(&ecosystem, Endpoint { providers: vec![provider("DEXXB")], ..endpoint(26, id("Hub")) }).await;
    add(&ecosystem, Endpoint { wmis: vec![wmi("WAA")], ..endpoint(27, id("eMSP C")) }).await;
    add(&ecosystem, Endpoint { root_types: vec![RootType::Emsp], ..endpoint(28, id("CPO B")) }).await;
    add(&ecosystem, Endpoint { root_types: vec![RootType::Oem, RootType::Pe], ..endpoint(29, id("CPO B")) }).await;

    let oems: [(&str, &[u128]); 5] =
        [("WAA", &[1]), ("WBB", &[2]), ("WXA", &[9, 21]), ("WXB", &[9, 22, 25]), ("WZZ", &[])];
    let emsps: [(&str, &[u128]); 7] = [
        ("DECCC", &[4]),
        ("DEDDD", &[5]),
        ("DEEEE", &[6]),
        ("DEFFF", &[7]),
        ("DEXXA", &[10, 23]),
        ("DEXXB", &[10, 24, 26]),
        ("DEZZZ", &[]),
    ];
    let everybody: BTreeSet<u128> = (1..=10).chain(21..=27).chain([29]).collect();
    for kind in KINDS {
        for (maker, of_maker) in &oems {
            for (provider, of_provider) in &emsps {
                let event = event(kind, &format!("{provider}000000001"), &format!("{maker}00000000000001"));
                let expected = match side(kind) {
                    Side::Everybody => everybody.clone(),
                    Side::Oem => of_maker.iter().copied().collect(),
                    // Endpoint 27 hears of cars of one maker alone.
                    Side::Emsp => {
                        let filtered = (*provider == "DECCC" && *maker == "WAA").then_some(27);
                        of_provider.iter().copied().chain(filtered).collect()
                    }
                };
                assert_eq!(heard(&ecosystem, &event).await, expected, "{kind} of {provider} and {maker}");
            }
        }
    }

    // Who is disabled hears nothing, and nobody else in its place.
    let operator = Caller::operator("test", Uuid::nil());
    for name in all {
        set_status(&operator, &ecosystem.ecosystem, name, PartyStatus::Disabled).await.unwrap();
    }
    for kind in KINDS {
        let event = event(kind, "DEXXA000000001", "WXA00000000000001");
        assert_eq!(heard(&ecosystem, &event).await, BTreeSet::new(), "{kind}");
    }
}

/// E1, E2: by the name that was subscribed to, the first of several; and a test goes to one endpoint.
#[tokio::test]
async fn the_name_is_the_one_that_was_asked_for() {
    let ecosystem = TestEcosystem::start().await;
    let party = ecosystem.party(Role::EmspOwnPki).credentials.party;
    let names = |names: &[&str]| names.iter().map(|name| EventName::parse(name).unwrap()).collect::<Vec<_>>();
    for (number, asked) in [
        (1, &["mo.prov.cert.updated", "emsp.prov.cert.updated"][..]),
        (2, &["emsp.prov.cert.updated.factory.reset"]),
        (3, &["mo.prov.cert.factory.reset", "emsp.prov.cert.updated"]),
    ] {
        add(&ecosystem, Endpoint { enabled_events: names(asked), ..endpoint(number, party) }).await;
    }
    let told = async |kind, emaid: &str| {
        let mut reader = ecosystem.ecosystem.store().read().await.unwrap();
        let event = event(kind, emaid, "WAA00000000000001");
        let found = recipients(&ecosystem.ecosystem, &mut reader, &event).await.unwrap();
        found.into_iter().map(|one| (one.endpoint.id.as_u128(), one.name.as_str(), one.stream)).collect::<Vec<_>>()
    };
    let updated = told(EventKind::CarUpdated, "DECCC000000001").await;
    let stream = updated[0].2.clone();
    assert!(stream.len() >= 32 && !stream.contains("DECCC"), "a keyed hash: {stream}");
    assert_eq!(updated, [(1, "mo.prov.cert.updated", stream.clone()), (3, "emsp.prov.cert.updated", stream.clone())]);
    assert_eq!(
        told(EventKind::CarReset, "de-ccc-000000001").await,
        [
            (2, "emsp.prov.cert.updated.factory.reset", stream.clone()),
            (3, "mo.prov.cert.factory.reset", stream.clone())
        ]
    );
    assert_ne!(told(EventKind::CarReset, "DECCC000000002").await[0].2, stream, "order is kept per contract");
    let test = OutboxEvent {
        payload: json!({"endpointId": Uuid::from_u128(2)}).to_string(),
        ..event(EventKind::Test, "", "")
    };
    assert_eq!(heard(&ecosystem, &test).await, BTreeSet::from([2]));
}
