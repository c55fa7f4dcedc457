//! The roots of a peer: read as a stranger's, shown with their origin, trusted by policy alone, gone when they are gone.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::{Role, RootType};
use opnc_pki::Clock;
use opnc_pki::chain::Purpose;
use opnc_pki::hierarchy::Domain;
use opnc_services::parties::Credentials;
use opnc_services::peers::{self, Synced};
use opnc_services::rcp::{self, Listed};
use opnc_services::trust::TrustPolicy;
use opnc_store::parties::PartyStatus;
use opnc_test_util::calls::Answer;
use opnc_test_util::federation::{Member, befriend, operator};
use opnc_test_util::{Behaviour, Receiver, TestEcosystem, TestParty, TestPki, World};
use serde_json::{Value, json};

use super::hostile::{meet, peer};
use super::story::provisioning;
use super::{CAR, owned, world};

/// An ecosystem with a car, and one that has none of its roots and accepts them for these purposes.
async fn two(accepted: &[Purpose]) -> (World, World) {
    let one = world(41, |_| {}).await;
    let two = world(42, |options| {
        let accept = |policy: TrustPolicy, purpose: &Purpose| policy.with(*purpose, &["peer:One".to_owned()]);
        options.policy.trust = accepted.iter().fold(TrustPolicy::default(), accept);
    })
    .await;
    let first = Member { name: "One", ecosystem: &one.ecosystem, members: owned(&["WAA"], &[], &[]) };
    let second = Member { name: "Two", ecosystem: &two.ecosystem, members: owned(&[], &["DEGGG"], &[]) };
    befriend(&first, &second).await;
    (one, two)
}

async fn sync(ecosystem: &TestEcosystem) -> Synced {
    let services = &ecosystem.ecosystem;
    let mut synced = peers::sync(&operator(services), services, None).await.unwrap();
    assert_eq!(synced.len(), 1);
    synced.pop().unwrap()
}

async fn everything(ecosystem: &TestEcosystem) -> Vec<Listed> {
    rcp::everything(&operator(&ecosystem.ecosystem), &ecosystem.ecosystem, None, None).await.unwrap()
}

async fn roots(world: &World, role: Role) -> Vec<Value> {
    let answer = world.get(role, "/opnc/v1/rcp/rootcertificates").await;
    answer.json()["rootCertificateCollection"].as_array().unwrap().clone()
}

async fn ask(world: &World) -> Answer {
    world.ecosystem.clock.advance(40);
    world.ecosystem.call_named("eMSP G", "GET", &provisioning(CAR), None).await
}

#[tokio::test]
async fn nothing_is_trusted_by_being_read() {
    let (mut one, two) = two(&[]).await;
    one.car(CAR).await;
    let own = roots(&two, Role::Cpo).await;
    let synced = sync(&two.ecosystem).await;
    assert!(synced.is_read && synced.roots > 0 && synced.added == synced.roots, "{synced:?}");
    assert_eq!(roots(&two, Role::Cpo).await, own, "participants see what is recognised here");
    assert_eq!(ask(&two).await.status, 502, "its chain leads to no root of ours");
    let foreign: Vec<Listed> =
        everything(&two.ecosystem).await.into_iter().filter(|listed| !listed.origin.is_empty()).collect();
    assert_eq!(foreign.len(), synced.roots);
    assert!(foreign.iter().all(|listed| listed.origin == ["One"] && listed.trusted_for.is_empty()));
}

#[tokio::test]
async fn what_the_policy_accepts_counts_for_that_and_goes_when_it_goes_there() {
    let (mut one, two) = two(&[Purpose::Provisioning]).await;
    one.car(CAR).await;
    let receiver = Receiver::good().await;
    let cpo = two.ecosystem.party(Role::Cpo).clone();
    two.ecosystem.endpoint(&cpo, &receiver.url, &["root.cert.added", "root.cert.revoked"]).await;
    let of_peer = Receiver::good().await;
    let view = peers::find(&operator(&two.ecosystem.ecosystem), &two.ecosystem.ecosystem, "One").await.unwrap();
    let credentials =
        Credentials { party: view.party.party.id, client_id: String::new(), client_secret: String::new().into() };
    let party = TestParty { name: "One".to_owned(), role: Role::Peer, owned: owned(&[], &[], &[]), credentials };
    two.ecosystem.endpoint(&party, &of_peer.url, &["root.cert.added", "root.cert.revoked"]).await;
    assert_eq!(ask(&two).await.status, 502);
    let own = roots(&two, Role::Cpo).await;
    sync(&two.ecosystem).await;
    let found = ask(&two).await;
    assert_eq!(found.status, 200, "{}", found.text);

    // Shown with where it is from, by its fingerprint too, and to no peer.
    let all = roots(&two, Role::Cpo).await;
    let foreign: Vec<&Value> = all.iter().filter(|root| root["origin"] == "One").collect();
    assert_eq!(all.len(), own.len() + foreign.len());
    let oem = one.oem.root().fingerprint().to_string();
    assert!(foreign.iter().any(|root| root["fingerprint"] == *oem), "{foreign:?}");
    assert!(foreign.iter().all(|root| root["rootType"] != "eMSP"), "eMSP roots count for no car");
    let by_fingerprint = two.get(Role::Cpo, &format!("/opnc/v1/rcp/rootcertificates/{oem}")).await;
    assert_eq!(by_fingerprint.json()["rootCertificate"]["origin"], "One");
    let page = two.get(Role::Cpo, "/opnc/v1/rcp/rootcertificates?page=1&pageSize=1").await.json();
    assert_eq!(page["pagination"]["totalItems"], all.len());
    let back = sync(&one.ecosystem).await;
    assert_eq!(back.roots, own.len(), "a peer hears of our own roots alone");

    // For that purpose, and for no other.
    for (purpose, held) in [("provisioning", true), ("contract", false), ("cps", false), ("secc", false)] {
        let bundle = two.get(Role::Cpo, &format!("/opnc/v1/trust/bundle?purpose={purpose}&format=json")).await.json();
        let has = bundle["roots"].as_array().unwrap().iter().any(|root| root["fingerprint"] == *oem);
        assert_eq!(has, held, "{purpose}");
    }

    // Unchanged: nothing is written, and the peer answers in a line.
    let version = two.get(Role::Cpo, "/opnc/v1/trust/bundle?format=json").await.json()["version"].clone();
    let again = sync(&two.ecosystem).await;
    assert_eq!((again.added, again.changed, again.removed), (0, 0, 0));

    // It goes there, and here with the next time.
    two.ecosystem.clock.advance(60);
    assert_eq!(one.delete(Role::Admin, &format!("/opnc/v1/rcp/rootcertificates/{oem}")).await.status, 200);
    assert_eq!(sync(&two.ecosystem).await.removed, 1);
    assert_eq!(ask(&two).await.status, 502);
    let changes = format!("/opnc/v1/trust/bundle?purpose=provisioning&format=json&since={version}");
    assert_eq!(two.get(Role::Cpo, &changes).await.json()["removed"], json!([oem]));
    two.ecosystem.deliver().await;
    let heard: Vec<String> =
        receiver.received().into_iter().map(|event| String::from_utf8(event.body).unwrap()).collect();
    let said = |kind: &str| heard.iter().filter(|text| text.contains(kind) && text.contains(&oem)).count();
    assert_eq!((said("root.cert.added"), said("root.cert.revoked")), (1, 1), "{heard:?}");
    let heard: Vec<String> =
        of_peer.received().into_iter().map(|event| String::from_utf8_lossy(&event.body).into_owned()).collect();
    let is_own = |text: &String| own.iter().any(|root| text.contains(root["fingerprint"].as_str().unwrap()));
    assert!(!heard.is_empty() && heard.iter().all(is_own), "peers hear of our own roots alone: {heard:?}");
    assert_eq!(roots(&two, Role::Oem).await.iter().filter(|root| root.get("origin").is_none()).count(), own.len());
}

#[tokio::test]
async fn a_list_that_has_not_changed_is_a_304() {
    let (_, two) = two(&[]).await;
    let path = "/opnc/v1/rcp/rootcertificates";
    let ask = async |tag: &str| {
        let request = opnc_test_util::calls::call(&two.ecosystem, Role::Cpo, "GET", path).await;
        request.header("if-none-match", tag).send().await.unwrap()
    };
    let first = ask("\"other\"").await;
    assert_eq!(first.status(), 200);
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = ask(&tag).await;
    assert_eq!(again.status(), 304);
    assert_eq!(again.bytes().await.unwrap().len(), 0);
}

/// What a peer that lies says of its roots, one after the other.
#[tokio::test]
async fn roots_of_a_peer_that_lies() {
    let world = world(43, |_| {}).await;
    let at = world.ecosystem.clock.now();
    let mut pki = TestPki::new(Domain::Oem, "Elsewhere", at);
    let other = TestPki::new(Domain::Oem, "Other", at);
    let leaf = pki.leaf("WXX00000000000001");
    let entry = |der: &[u8]| json!({"caCertificate": BASE64_STANDARD.encode(der), "rootType": "OEM"});
    let mut swapped = entry(pki.root().der());
    swapped["fingerprint"] = json!(other.root().fingerprint());
    let good = entry(pki.root().der());
    let many: Vec<Value> = (0..501).map(|_| good.clone()).collect();
    let cases = [
        (vec![good.clone(), entry(leaf.certificate.der())], 1, "WXX00000000000001", true),
        (vec![swapped], 0, "is said to have the fingerprint", true),
        (vec![good.clone(), good.clone()], 1, "twice", true),
        (vec![good.clone(), json!({"caCertificate": "AAAA", "rootType": "OEM"})], 1, "not well-formed DER", true),
        (many, 0, "at most 500", false),
    ];
    for (list, kept, problem, is_read) in cases {
        let body = json!({ "rootCertificateCollection": list }).to_string();
        let hostile = peer(move |_| Behaviour::Json(200, body.clone())).await;
        meet(&world, &hostile, 3000).await;
        let synced = sync(&world.ecosystem).await;
        let said = synced.problems.join(" ");
        assert_eq!((synced.roots, synced.is_read), (kept, is_read), "{problem}: {said}");
        assert!(said.contains(problem), "{problem}: {said}");
        let services = &world.ecosystem.ecosystem;
        peers::remove(&operator(services), services, "Hostile").await.unwrap();
    }
    for behaviour in [Behaviour::Silent, Behaviour::Huge, Behaviour::Garbage, Behaviour::Status(500), Behaviour::Reset]
    {
        let hostile = peer(move |_| behaviour.clone()).await;
        meet(&world, &hostile, 300).await;
        assert!(!sync(&world.ecosystem).await.is_read);
        let services = &world.ecosystem.ecosystem;
        peers::remove(&operator(services), services, "Hostile").await.unwrap();
    }
}

#[tokio::test]
async fn a_root_of_ours_is_never_touched() {
    let (one, two) = two(&[]).await;
    two.ecosystem.trust(one.oem.root(), RootType::Oem).await;
    let own = roots(&two, Role::Cpo).await;
    sync(&two.ecosystem).await;
    let oem = one.oem.root().fingerprint().to_string();
    one.delete(Role::Admin, &format!("/opnc/v1/rcp/rootcertificates/{oem}")).await;
    assert_eq!(sync(&two.ecosystem).await.removed, 1);
    assert_eq!(roots(&two, Role::Cpo).await, own);
}

#[tokio::test]
async fn they_count_no_more_when_the_peer_is_disabled_removed_or_silent_for_long() {
    let (mut one, two) = two(&[Purpose::Provisioning]).await;
    one.car(CAR).await;
    let (services, admin) = (&two.ecosystem.ecosystem, operator(&two.ecosystem.ecosystem));
    let count = async || everything(&two.ecosystem).await.iter().filter(|root| !root.origin.is_empty()).count();
    peers::sync_due(services).await.unwrap();
    assert!(count().await > 0, "a peer that was never read is due");
    peers::set_status(&admin, services, "One", PartyStatus::Disabled).await.unwrap();
    assert_eq!(count().await, 0);
    peers::set_status(&admin, services, "One", PartyStatus::Active).await.unwrap();
    peers::sync_due(services).await.unwrap();
    assert_eq!(count().await, 0, "it is not due yet");
    two.ecosystem.clock.advance(3600);
    peers::sync_due(services).await.unwrap();
    assert!(count().await > 0);

    drop(one);
    two.ecosystem.clock.advance(3 * 24 * 3600);
    peers::sync_due(services).await.unwrap();
    let view = peers::find(&admin, services, "One").await.unwrap();
    assert!(!view.roots.is_empty() && !view.sync.unwrap().problems.is_empty());
    two.ecosystem.clock.advance(4 * 24 * 3600);
    peers::sync_due(services).await.unwrap();
    assert_eq!(count().await, 0, "for a week nobody has confirmed them");
}
