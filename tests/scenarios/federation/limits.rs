//! One party cannot use a peer up for all others, and no peer learns more than it must, or says more than it may.

use opnc_messages::Role;
use opnc_services::caller::Owned;
use opnc_services::peers;
use opnc_store::parties::PartyStatus;
use opnc_test_util::calls::{Answer, send};
use opnc_test_util::federation::{new_peer, operator};
use opnc_test_util::{Behaviour, Receiver, TestPki, World};
use serde_json::{Value, json};

use super::hostile::{ask, meet, peer, questions};
use super::story::{look_up, provisioning};
use super::{CAR, CONTRACT, Three, owned, world};

fn no() -> String {
    json!({"errorMessages": ["no"], "traceId": uuid::Uuid::nil()}).to_string()
}

fn of_car(pcid: &str) -> String {
    format!("/opnc/v1/ccp/contractData/pcid/{pcid}")
}

/// A second peer, which speaks for these.
async fn meet_other(world: &World, peer: &Receiver, members: Owned) {
    let ecosystem = &world.ecosystem.ecosystem;
    let mut new = new_peer("Other", peer.base_url(), members);
    new.own = Some(peers::OwnCredentials {
        client_id: "a".to_owned(),
        client_secret: "b".to_owned().into(),
        token_url: None,
    });
    peers::add(&operator(ecosystem), ecosystem, new).await.unwrap();
    world.ecosystem.clock.advance(5);
}

async fn ask_for(world: &World, party: &str, path: &str, to: Option<(&str, &str)>) -> Answer {
    let party = world.ecosystem.party_named(party).clone();
    let mut request = world.ecosystem.request_as(&party, "GET", path).await;
    if let Some((kind, id)) = to {
        request = request.header("OPNC-to-party-type", kind).header("OPNC-to-party-id", id);
    }
    send(request).await
}

/// Whichever way the question goes, guessing has an end before a peer hears of it.
#[tokio::test]
async fn who_guesses_at_a_peer_is_stopped_here() {
    let world = world(31, |options| options.policy.misses_per_minute = Some(5)).await;
    let peer = peer(|_| Behaviour::Json(404, no())).await;
    meet(&world, &peer, 3000).await;
    let to = Some(("oem", "WVF"));
    let ways = [("eMSP G", look_up("WVF"), to), ("eMSP D", provisioning("WVF"), None), ("OEM A", of_car("WAA"), None)];
    for (party, path, to) in ways {
        let before = questions(&peer).len();
        for number in 0..8 {
            let answer = ask_for(&world, party, &format!("{path}0000000000000{number}"), to).await;
            assert_eq!(answer.status, if number < 5 { 404 } else { 429 }, "{party} {number}: {}", answer.text);
        }
        assert_eq!(questions(&peer).len() - before, 5, "{party}");
        world.ecosystem.clock.advance(5);
    }
}

/// Who asks for what is there is not slowed down, in whichever direction.
#[tokio::test]
async fn what_is_found_is_no_miss() {
    let world = world(31, |options| options.policy.misses_per_minute = Some(2)).await;
    let peer = peer(|_| Behaviour::Status(200)).await;
    meet(&world, &peer, 3000).await;
    for to in [None, Some(("oem", "WVF"))] {
        for number in 0..5 {
            let answer = ask_for(&world, "eMSP G", &look_up(&format!("WVF0000000000000{number}")), to).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    }
}

/// A peer that has had enough of one party is not left alone by the others.
#[tokio::test]
async fn a_peer_that_asks_for_patience_has_not_failed() {
    for status in [429, 503] {
        let world = world(31, |_| {}).await;
        let peer = peer(move |request| match request.headers.get("opnc-from-party-id").map(String::as_str) {
            Some("DEGGG") => Behaviour::Later(status, 7),
            _ => Behaviour::Status(200),
        })
        .await;
        meet(&world, &peer, 3000).await;
        for number in 0..9 {
            let answer = ask(&world, &look_up(&format!("WVF0000000000000{number}"))).await;
            assert_eq!((answer.status, answer.headers["retry-after"].to_str().unwrap()), (502, "7"), "{}", answer.text);
        }
        assert_eq!(questions(&peer).len(), 1, "it waits as it was told");
        assert_eq!(ask_for(&world, "eMSP D", &look_up(CAR), None).await.status, 200);
        world.ecosystem.clock.advance(7);
        ask(&world, &look_up("WVF00000000000010")).await;
        assert_eq!(questions(&peer).len(), 3, "and then asks again");
        // However long a peer would have it wait, it is a minute at most; however often it says so, it has not failed.
        for number in 0..9 {
            world.ecosystem.clock.advance(60);
            assert_eq!(ask(&world, &look_up(&format!("WVF0000000000002{number}"))).await.status, 502);
        }
        assert_eq!(ask_for(&world, "eMSP D", &look_up("WVF00000000000011"), None).await.status, 200);
    }
}

/// More questions than a peer is asked at a time wait here, and that is no fault of the peer.
#[tokio::test]
async fn waiting_for_a_place_is_no_failure() {
    let world = world(31, |_| {}).await;
    let peer = peer(|_| Behaviour::Slowly(60, 404, no())).await;
    let ecosystem = &world.ecosystem.ecosystem;
    let mut new = new_peer("Narrow", peer.base_url(), owned(&["WVF"], &[], &[]));
    new.own = Some(peers::OwnCredentials {
        client_id: "a".to_owned(),
        client_secret: "b".to_owned().into(),
        token_url: None,
    });
    (new.timeout_ms, new.most_calls) = (300, 1);
    peers::add(&operator(ecosystem), ecosystem, new).await.unwrap();
    world.ecosystem.clock.advance(5);
    let mut calls = tokio::task::JoinSet::new();
    let party = world.ecosystem.party_named("eMSP G").clone();
    for number in 10..30 {
        let request = world.ecosystem.request_as(&party, "GET", &look_up(&format!("WVF000000000000{number}"))).await;
        calls.spawn(send(request));
    }
    while let Some(answer) = calls.join_next().await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert!(!answer.headers.contains_key("retry-after"), "{}", answer.text);
    }
}

/// A peer that hangs until the deadline of all has not answered, even if it was given more time than that.
#[tokio::test]
async fn a_peer_that_hangs_beyond_the_deadline_is_left_alone() {
    let world = world(31, |options| options.policy.federation.deadline = std::time::Duration::from_millis(550)).await;
    let peer = peer(|_| Behaviour::Silent).await;
    meet(&world, &peer, 30_000).await;
    for number in 0..5 {
        assert_eq!(ask(&world, &look_up(&format!("WVF0000000000000{number}"))).await.status, 502);
    }
    let answer = ask(&world, &look_up("WVF00000000000009")).await;
    assert_eq!((answer.status, answer.headers.contains_key("retry-after")), (404, true), "{}", answer.text);
}

/// What a party of this ecosystem has or has not is nobody's business elsewhere, but of who speaks for it as well.
#[tokio::test]
async fn questions_about_our_own_stay_here() {
    let world = world(31, |_| {}).await;
    let peer = peer(|_| Behaviour::Json(404, no())).await;
    meet_other(&world, &peer, owned(&["WVF"], &["DEVVV"], &[])).await;
    for path in [look_up(CAR), provisioning(CAR), format!("/opnc/v1/ccp/contractData/emaid/{CONTRACT}")] {
        let answer = ask(&world, &path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        assert_eq!(questions(&peer).len(), 0, "{path}");
    }
    // A contract of a car can be with any provider.
    assert_eq!(world.get(Role::Oem, &of_car(CAR)).await.status, 404);
    assert_eq!(questions(&peer).len(), 1);
    // One that nobody has here.
    assert_eq!(ask(&world, &look_up("WXX00000000000001")).await.status, 404);
    assert_eq!(questions(&peer).len(), 2);
}

/// A receiver for whom nobody speaks is a mistake, and does not send the question to everybody.
#[tokio::test]
async fn a_receiver_whom_nobody_speaks_for_is_named() {
    let world = world(31, |_| {}).await;
    let peer = peer(|_| Behaviour::Status(200)).await;
    meet(&world, &peer, 3000).await;
    let answer = ask_for(&world, "eMSP G", &look_up("WXX00000000000001"), Some(("OEM", "WXX"))).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.text.contains("oem WXX") && answer.text.contains("OPNC-to-party-id"), "{}", answer.text);
    assert!(questions(&peer).is_empty());
    let answer = ask_for(&world, "eMSP G", &look_up("WVF00000000000001"), Some(("oem", "WVF"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // The same of one whose pool is not asked at present.
    let ecosystem = &world.ecosystem.ecosystem;
    peers::set_status(&operator(ecosystem), ecosystem, "Hostile", PartyStatus::Disabled).await.unwrap();
    world.ecosystem.clock.advance(60);
    let other = self::peer(|_| Behaviour::Status(200)).await;
    meet_other(&world, &other, owned(&["WYY"], &[], &[])).await;
    let answer = ask_for(&world, "eMSP G", &look_up("WVF00000000000001"), Some(("oem", "WVF"))).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(questions(&other).is_empty());
    let answer = ask_for(&world, "eMSP G", &look_up("WVF00000000000001"), Some(("FOO", "WVF"))).await;
    assert!(answer.text.contains("not \\\"FOO\\\""), "{}", answer.text);
}

async fn liar(said: Value) -> Receiver {
    let said = json!({"contractDataCollection": [said]}).to_string();
    peer(move |_| Behaviour::Json(200, said.clone())).await
}

/// A look-up shows no contract that a peer has made up, and a lie does not hide what others say.
#[tokio::test]
async fn a_contract_that_a_peer_makes_up_is_not_shown() {
    let mut three = Three::begin().await;
    three.car(CAR).await;
    three.contract(CONTRACT, CAR).await;
    let now = opnc_pki::Clock::now(&three.one.ecosystem.clock);
    let mut strange = TestPki::new(opnc_pki::hierarchy::Domain::Emsp, "Stranger", now);
    let of_stranger = |emaid: &str, strange: &mut TestPki| {
        let leaf = strange.leaf(emaid);
        let body = opnc_test_util::provisioning_body(&leaf);
        serde_json::to_value(&body).unwrap()["provisioningCertificateChain"]["certificate"].clone()
    };
    let claim = |emaid: &str, certificate: Value| {
        json!({
            "pcid": CAR, "emaid": emaid, "xsdMsgDefNamespace": opnc_test_util::ISO2, "defaultContract": true,
            "contractCertificate": certificate, "metaData": "A".repeat(10_000), "subscriptionUrl": "https://evil.example",
        })
    };
    let lies = [
        ("of our own eMSP, without a certificate", claim("DEDDDC99999999", Value::Null)),
        ("of a provider of nobody, without a certificate", claim("DEZZZ000000001", Value::Null)),
        ("below a root of nobody", claim("DEZZZ000000001", of_stranger("DEZZZ000000001", &mut strange))),
    ];
    let ecosystem = &three.one.ecosystem.ecosystem;
    for (lie, said) in lies {
        let peer = liar(said).await;
        meet(&three.one, &peer, 3000).await;
        let answer = three.one.get(Role::Oem, &of_car(CAR)).await;
        assert_eq!(answer.status, 200, "{lie}: {}", answer.text);
        let body = answer.json();
        let all = body["contractDataCollection"].as_array().unwrap();
        assert_eq!((all.len(), all[0]["emaid"].as_str()), (1, Some(CONTRACT)), "{lie}: {}", answer.text);
        assert!(all[0]["contractSubCaCertificates"].is_null(), "{lie}: that is between pools");
        assert!(!questions(&peer).is_empty(), "{lie}");
        let answer = three.one.set_default("DEDDDC99999999", CAR).await;
        assert_eq!(answer.status, 400, "{lie}: {}", answer.text);
        peers::remove(&operator(ecosystem), ecosystem, "Hostile").await.unwrap();
        three.one.ecosystem.clock.advance(60);
    }
}

/// The default here is signed under a root that the car does not list: no reason for a contract of somebody else.
#[tokio::test]
async fn a_default_that_cannot_be_used_is_no_reason_for_another_payer() {
    let mut three = Three::begin().await;
    let mut car = three.car(CAR).await;
    assert_eq!(three.one.generate("DEDDDC00000001", CAR).await.status, 201);
    three.contract(CONTRACT, CAR).await;
    car.vehicle = opnc_test_util::vehicle(&car.leaf, std::slice::from_ref(&three.two.v2g_root));
    let session = "0102030405060708";
    let answer = three.one.install(&car.vehicle, session).await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    assert!(answer.text.contains("V2G root"), "{}", answer.text);
    // Elsewhere, where nothing of this is known, the car gets what it can verify.
    assert_eq!(three.two.install(&car.vehicle, session).await.status, 200);
}
