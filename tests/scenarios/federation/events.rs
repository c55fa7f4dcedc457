//! Events between ecosystems: a peer hears what concerns its members, and nothing else.

use opnc_messages::{Role, RootType};
use opnc_services::parties::Credentials;
use opnc_services::peers;
use opnc_test_util::federation::operator;
use opnc_test_util::{Receiver, TestParty, TestPki};

use super::{CAR, CONTRACT, Three, owned};

#[tokio::test]
async fn a_peer_hears_of_the_contracts_of_its_own_cars() {
    let mut three = Three::begin().await;
    three.car(CAR).await;
    let ecosystem = &three.two.ecosystem.ecosystem;
    let (first, third) = (Receiver::good().await, Receiver::good().await);
    for (name, receiver) in [("One", &first), ("Three", &third)] {
        let view = peers::find(&operator(ecosystem), ecosystem, name).await.unwrap();
        let credentials =
            Credentials { party: view.party.party.id, client_id: String::new(), client_secret: String::new().into() };
        let party = TestParty { name: name.to_owned(), role: Role::Peer, owned: owned(&[], &[], &[]), credentials };
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
