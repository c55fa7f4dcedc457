//! Ecosystems that introduce themselves, and members that tell each other of new ones: nobody is a peer without approval.

use jiff::SignedDuration;
use opnc_client::pool::{DESCRIPTION_TYPE, PoolDescription};
use opnc_client::signed::{VerifyingKey, compact};
use opnc_messages::Role;
use opnc_pki::Clock;
use opnc_pki::key::{Algorithm, SoftwareKey};
use opnc_services::peers::{self, IntroductionView, Knowingly, NewPeer, Received};
use opnc_services::{Ecosystem, ServiceError};
use opnc_test_util::federation::{Member, befriend, operator};
use opnc_test_util::{TestOptions, World};
use serde_json::{Value, json};

use super::{owned, world};

fn named(name: &str, may_be_told: bool) -> impl FnOnce(&mut TestOptions) {
    let name = name.to_owned();
    move |options| {
        options.policy.peers.own_name = Some(name.clone());
        options.policy.peers.base_url = Some(format!("https://{}.example", name.to_lowercase()));
        options.policy.peers.may_be_told = may_be_told;
    }
}

async fn describe(world: &World) -> String {
    let ecosystem = &world.ecosystem.ecosystem;
    peers::describe(&operator(ecosystem), ecosystem).await.unwrap().document
}

fn key_id(document: &str) -> String {
    PoolDescription::kept(document.as_bytes()).unwrap().key_id
}

async fn waiting(ecosystem: &Ecosystem) -> Vec<IntroductionView> {
    peers::introductions(&operator(ecosystem), ecosystem).await.unwrap()
}

async fn find(ecosystem: &Ecosystem, wanted: &str) -> IntroductionView {
    peers::find_introduction(&operator(ecosystem), ecosystem, wanted).await.unwrap()
}

/// Accepts what waits under this name as a new peer.
async fn accept(ecosystem: &Ecosystem, wanted: &str, fingerprint: Option<&str>) -> Result<(), ServiceError> {
    let (admin, found) = (operator(ecosystem), find(ecosystem, wanted).await);
    // Worlds of tests have the same members.
    let knowingly = Knowingly { shares: true, ..Knowingly::default() };
    let new = NewPeer { knowingly, ..peers::new_peer(&found.description)? };
    let credentials = peers::prepare(&admin, ecosystem, &new).await?;
    peers::accept(&admin, ecosystem, &found, fingerprint, &new, &credentials).await
}

async fn introduce(ecosystem: &Ecosystem, document: &str, fingerprint: Option<&str>) -> Result<Received, ServiceError> {
    let introduced = peers::introduce(&operator(ecosystem), ecosystem, document.as_bytes(), fingerprint).await;
    introduced.map(|(_, received)| received)
}

#[tokio::test]
async fn a_description_becomes_a_peer_by_approval_alone() {
    let (one, two) = (world(51, named("One", false)).await, world(52, |_| {}).await);
    let (ecosystem, document) = (&two.ecosystem.ecosystem, describe(&one).await);
    let key = key_id(&document);
    assert!(introduce(ecosystem, &document, Some("another")).await.unwrap_err().to_string().contains(&key));
    assert_eq!(introduce(ecosystem, &document, None).await.unwrap(), Received::Waits);
    assert!(peers::list(&operator(ecosystem), ecosystem).await.unwrap().is_empty());
    let refused = accept(ecosystem, "One", None).await.unwrap_err().to_string();
    assert!(refused.contains(&key), "it says what to compare: {refused}");
    assert!(accept(ecosystem, "One", Some("another")).await.is_err());
    accept(ecosystem, "One", Some(&key)).await.unwrap();
    let peer = peers::find(&operator(ecosystem), ecosystem, "One").await.unwrap();
    assert_eq!(peer.peer.base_url, "https://one.example");
    assert!(peer.party.owned.wmis.iter().any(|wmi| wmi.to_string() == "WAA"), "{:?}", peer.party.owned);
    assert!(!peer.peer.is_asked() && waiting(ecosystem).await.is_empty());
    // The same again says nothing new, and one that is older cannot come back.
    assert!(introduce(ecosystem, &document, None).await.is_err());
    one.ecosystem.clock.advance(60);
    two.ecosystem.clock.advance(60);
    assert_eq!(introduce(ecosystem, &describe(&one).await, None).await.unwrap(), Received::Known);
    assert!(introduce(ecosystem, &document, None).await.is_err());
}

/// A description of the ecosystem `e-1`, signed by this key, with something else in it.
fn forged(key: &SoftwareKey, world: &World, change: impl FnOnce(&mut Value)) -> String {
    let public = VerifyingKey::new(key.public_key().clone()).unwrap();
    let now = world.ecosystem.clock.now();
    let mut payload = json!({
        "ecosystem": "e-1", "name": "Elsewhere", "baseUrl": "https://elsewhere.example", "services": ["rcp", "ccp", "x"],
        "members": {"oem": ["WXX"], "emsp": ["DEXXX"]}, "mayBeTold": true, "keys": [public.to_jwk()],
        "issued": now, "expires": now.saturating_add(SignedDuration::from_hours(24)).unwrap(),
    });
    change(&mut payload);
    let payload = payload.to_string();
    compact(DESCRIPTION_TYPE, public.id(), payload.as_bytes(), |message| key.sign_raw(message)).unwrap()
}

#[tokio::test]
async fn a_newer_description_is_a_change_that_waits() {
    let two = world(53, |_| {}).await;
    let (ecosystem, key) = (&two.ecosystem.ecosystem, SoftwareKey::generate(Algorithm::Secp256r1).unwrap());
    let admin = operator(ecosystem);
    let first = forged(&key, &two, |_| {});
    introduce(ecosystem, &first, Some(&key_id(&first))).await.unwrap();
    accept(ecosystem, "Elsewhere", None).await.unwrap();
    let peer = async || peers::find(&admin, ecosystem, "Elsewhere").await.unwrap();
    assert_eq!(peer().await.peer.services, ["rcp", "ccp"]);

    two.ecosystem.clock.advance(60);
    let moved = forged(&key, &two, |payload| {
        payload["baseUrl"] = json!("https://new.example");
        payload["members"] = json!({"oem": ["WXX", "WYY"]});
    });
    assert_eq!(introduce(ecosystem, &moved, None).await.unwrap(), Received::Waits);
    assert_eq!(peer().await.peer.base_url, "https://elsewhere.example", "nothing is applied by itself");
    let view = find(ecosystem, "Elsewhere").await;
    let (of, changes) = view.change.clone().unwrap();
    assert_eq!(of, "Elsewhere");
    let words = changes.join("; ");
    for word in ["https://new.example", "new member oem=WYY", "no member any more emsp=DEXXX"] {
        assert!(words.contains(word), "{words}");
    }
    peers::accept_change(&admin, ecosystem, &view, None, Knowingly::default()).await.unwrap();
    let now = peer().await;
    assert_eq!((now.peer.base_url.as_str(), now.party.owned.wmis.len()), ("https://new.example", 2));
    assert!(now.party.owned.providers.is_empty());

    // Somebody else's key for the same ecosystem: it waits, says so, and takes a fingerprint.
    two.ecosystem.clock.advance(60);
    let thief = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
    let stolen = forged(&thief, &two, |payload| payload["baseUrl"] = json!("https://thief.example"));
    introduce(ecosystem, &stolen, None).await.unwrap();
    let view = find(ecosystem, "Elsewhere").await;
    assert!(view.change.as_ref().unwrap().1.iter().any(|word| word.contains("another key")));
    assert!(peers::accept_change(&admin, ecosystem, &view, None, Knowingly::default()).await.is_err());
    peers::refuse(&admin, ecosystem, "Elsewhere").await.unwrap();
    assert_eq!(peer().await.peer.base_url, "https://new.example");
}

#[tokio::test]
async fn members_tell_each_other_of_those_who_agree() {
    let one = world(54, named("One", true)).await;
    let two = world(55, named("Two", false)).await;
    let three = world(56, named("Three", false)).await;
    let (of_one, of_two, of_three) = (&one.ecosystem.ecosystem, &two.ecosystem.ecosystem, &three.ecosystem.ecosystem);
    let member = |name, world| Member { name, ecosystem: world, members: owned(&[], &[], &[]) };
    befriend(&member("Two", &two.ecosystem), &member("Three", &three.ecosystem)).await;
    let document = describe(&one).await;
    introduce(of_two, &document, Some(&key_id(&document))).await.unwrap();
    accept(of_two, "One", None).await.unwrap();

    let synced = peers::sync(&operator(of_three), of_three, Some("Two")).await.unwrap();
    assert_eq!((synced[0].is_read, synced[0].introduced), (true, 2), "{synced:?}");
    let told = waiting(of_three).await;
    let names: Vec<&str> = told.iter().map(|view| view.description.name.as_str()).collect();
    assert_eq!(names, ["Two", "One"], "that of who tells, and that of who lets it");
    assert!(told.iter().all(|view| view.told_by.as_deref() == Some("Two") && !view.row.confirmed));
    assert_eq!(peers::list(&operator(of_three), of_three).await.unwrap().len(), 1, "nobody is a peer by being told of");

    // What was refused is not heard again, unless somebody brings it.
    peers::refuse(&operator(of_three), of_three, "One").await.unwrap();
    for world in [&one, &two, &three] {
        world.ecosystem.clock.advance(60);
    }
    introduce(of_two, &describe(&one).await, None).await.unwrap();
    peers::sync(&operator(of_three), of_three, None).await.unwrap();
    let refused = |view: &IntroductionView| view.description.name == "One" && view.row.refused;
    assert!(waiting(of_three).await.iter().any(refused));
    introduce(of_three, &describe(&one).await, None).await.unwrap();
    assert!(!waiting(of_three).await.iter().any(refused));

    // Three never agreed to be told of: whoever asks Two hears of Two and One.
    let document = describe(&three).await;
    introduce(of_two, &document, Some(&key_id(&document))).await.unwrap();
    let found = find(of_two, "Three").await;
    let knowingly = Knowingly { shares: true, ..Knowingly::default() };
    peers::accept_change(&operator(of_two), of_two, &found, None, knowingly).await.unwrap_or_default();
    let asked = two.get(Role::Admin, "/opnc/v1/federation/peers").await.json();
    let described: Vec<String> = asked["descriptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| PoolDescription::kept(text.as_str().unwrap().as_bytes()).unwrap().description.name)
        .collect();
    assert_eq!(described, ["Two", "One"]);
    for role in [Role::Oem, Role::Cpo, Role::EmspNoPki, Role::Cps] {
        assert_eq!(two.get(role, "/opnc/v1/federation/peers").await.status, 403, "{role}");
    }
    assert!(of_one.policy().peers.may_be_told);
}

#[tokio::test]
async fn descriptions_that_are_refused() {
    let two = world(57, |options| options.policy.peers.base_url = Some("https://two.example".to_owned())).await;
    let (ecosystem, key) = (&two.ecosystem.ecosystem, SoftwareKey::generate(Algorithm::Secp256r1).unwrap());
    let cases: [(&str, Value, &str); 7] = [
        ("baseUrl", json!("http://elsewhere.example"), "https"),
        ("baseUrl", json!("ftp://elsewhere.example"), "http"),
        ("tokenUrl", json!("http://1.1.1.1/token"), "https"),
        ("members", json!({"oem": ["W"]}), "members"),
        ("expires", json!("2020-01-01T00:00:00Z"), "ended"),
        ("issued", json!("2099-01-01T00:00:00Z"), "begins"),
        ("name", json!("a\u{7}b"), "name"),
    ];
    for (name, value, why) in cases {
        let document = forged(&key, &two, |payload| payload[name] = value.clone());
        let refused = introduce(ecosystem, &document, None).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{name}: {refused}");
    }
    let own = peers::describe(&operator(ecosystem), ecosystem).await.unwrap().document;
    assert!(introduce(ecosystem, &own, None).await.unwrap_err().to_string().contains("itself"));
    for text in ["", "a.b.c", &"x".repeat(70_000)] {
        assert!(introduce(ecosystem, text, None).await.is_err());
    }
    assert!(waiting(ecosystem).await.is_empty());

    // What waits ends by itself.
    introduce(ecosystem, &forged(&key, &two, |_| {}), None).await.unwrap();
    two.ecosystem.clock.advance(25 * 3600);
    assert!(accept(ecosystem, "Elsewhere", Some(&key_id(&forged(&key, &two, |_| {})))).await.is_err());
    peers::sync_due(ecosystem).await.unwrap();
    assert!(waiting(ecosystem).await.is_empty());
}
