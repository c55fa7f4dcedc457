//! Events between ecosystems: a peer hears what concerns its members, and nothing else.

use opnc_messages::{Role, RootType};
use opnc_services::parties::Credentials;
use opnc_services::peers;
use opnc_store::deliveries::log;
use opnc_test_util::federation::operator;
use opnc_test_util::{Behaviour, Receiver, TestEcosystem, TestParty, TestPki};

use super::{CAR, CONTRACT, Three, owned};

#[tokio::test]
async fn a_peer_hears_of_the_contracts_of_its_own_cars() {
    let mut three = Three::begin().await;
    three.car(CAR).await;
    let (first, third) = (Receiver::good().await, Receiver::good().await);
    for (name, receiver) in [("One", &first), ("Three", &third)] {
        let party = peer_of(&three.two.ecosystem, name).await;
        three.two.ecosystem.endpoint(&party, &receiver.url, &["oem.contract.created", "root.cert.added"]).await;
    }
    // A contract on a car of the first, and one on a car of nobody's members.
    three.contract(CONTRACT, CAR).await;
    let mut other =
        TestPki::new(opnc_pki::hierarchy::Domain::Oem, "OEM B", opnc_pki::Clock::now(&three.two.ecosystem.clock));
    three.two.ecosystem.trust(other.root(), RootType::Oem).await;
    let foreign = other.leaf("WBB00000000000001");
    let body = serde_json::to_value(opnc_test_util::provisioning_body(&foreign)).unwrap();
    let path = "/opnc/v1/pcp/provisioningcertificates";
    assert_eq!(three.two.ecosystem.call_named("OEM B", "PUT", path, Some(&body)).await.status, 200);
    three.contract("DEGGG000000002", "WBB00000000000001").await;
    three.two.ecosystem.deliver().await;

    let heard = |receiver: &Receiver| {
        let texts = receiver.received().into_iter().map(|event| String::from_utf8(event.body).unwrap());
        texts.filter(|text| text.contains("contract.created")).collect::<Vec<_>>()
    };
    let of_first = heard(&first);
    assert_eq!(of_first.len(), 1, "{of_first:?}");
    assert!(of_first[0].contains(CONTRACT) && of_first[0].contains(CAR), "{of_first:?}");
    assert_eq!(heard(&third), Vec::<String>::new(), "it speaks for no maker");
}

/// With its webhooks, and what waits there: the eMSP hears that nobody took it.
#[tokio::test]
async fn what_waits_for_a_peer_that_goes_is_refused() {
    let mut three = Three::begin().await;
    three.car(CAR).await;
    let ecosystem = &three.two.ecosystem;
    let (failing, emsp) = (Receiver::start(|_| Behaviour::Status(500)).await, Receiver::good().await);
    let peer = peer_of(ecosystem, "One").await;
    ecosystem.endpoint(&peer, &failing.url, &["oem.contract.created"]).await;
    let told = ["emsp.contract.queued.to.oem", "emsp.contract.rejected.by.oem"];
    ecosystem.endpoint(ecosystem.party_named("eMSP G"), &emsp.url, &told).await;
    three.contract(CONTRACT, CAR).await;
    ecosystem.deliver().await;
    assert_eq!(emsp.received().len(), 1, "queued");
    peers::remove(&operator(&ecosystem.ecosystem), &ecosystem.ecosystem, "One").await.unwrap();
    ecosystem.deliver().await;
    let heard: Vec<_> = emsp.received().iter().map(|event| event.json()["eventType"].clone()).collect();
    assert_eq!(heard, told);
    let standing = log::standing(&mut ecosystem.ecosystem.store().read().await.unwrap()).await.unwrap();
    assert_eq!(standing.waiting, 0);
}

/// A peer as a party that endpoints are made for.
async fn peer_of(ecosystem: &TestEcosystem, name: &str) -> TestParty {
    let services = &ecosystem.ecosystem;
    let view = peers::find(&operator(services), services, name).await.unwrap();
    let credentials =
        Credentials { party: view.party.party.id, client_id: String::new(), client_secret: String::new().into() };
    TestParty { name: name.to_owned(), role: Role::Peer, owned: owned(&[], &[], &[]), credentials }
}
