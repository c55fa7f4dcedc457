//! Peers that are slow, broken, or lie: nothing of it reaches who asked, and others are not held up for long.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::Role;
use opnc_services::federation::Incomplete;
use opnc_services::peers::{self, OwnCredentials};
use opnc_test_util::calls::Answer;
use opnc_test_util::federation::{new_peer, operator};
use opnc_test_util::{Behaviour, Received, Receiver, TestPki, World, provisioning_body, session_id};
use serde_json::{Value, json};

use super::story::{look_up, provisioning};
use super::{CAR, CONTRACT, Three, owned, world};

/// Lets a receiver be the peer that knows the cars of OEM A, and of one that is nobody's here.
pub(super) async fn meet(world: &World, peer: &Receiver, timeout_ms: u32) {
    let ecosystem = &world.ecosystem.ecosystem;
    let mut new = new_peer("Hostile", peer.base_url(), owned(&["WAA", "WVF"], &["DEGGG"], &[]));
    new.own = Some(OwnCredentials { client_id: "a".to_owned(), client_secret: "b".to_owned().into(), token_url: None });
    new.timeout_ms = timeout_ms;
    peers::add(&operator(ecosystem), ecosystem, new).await.unwrap();
    world.ecosystem.clock.advance(5);
}

/// One that gives tokens, and does this with every question.
pub(super) async fn peer(behave: impl Fn(&Received) -> Behaviour + Send + Sync + 'static) -> Receiver {
    Receiver::start(move |request| match request.line.contains("/oauth2/token") {
        true => Behaviour::Json(200, json!({"access_token": "t", "expires_in": 3600}).to_string()),
        false => behave(request),
    })
    .await
}

pub(super) fn questions(peer: &Receiver) -> Vec<Received> {
    peer.received().into_iter().filter(|request| !request.line.contains("/oauth2/token")).collect()
}

pub(super) async fn ask(world: &World, path: &str) -> Answer {
    world.ecosystem.call_named("eMSP G", "GET", path, None).await
}

#[tokio::test]
async fn a_broken_peer_is_a_502_in_time_and_left_alone_after_five() {
    let broken = [
        Behaviour::Silent,
        Behaviour::Dripping,
        Behaviour::Reset,
        Behaviour::HalfHeaders,
        Behaviour::HalfBody,
        Behaviour::Huge,
        Behaviour::Garbage,
        Behaviour::Redirect("http://127.0.0.1:1/".to_owned()),
        Behaviour::Status(200),
        Behaviour::Status(500),
        Behaviour::Status(401),
        Behaviour::Json(200, "{}".to_owned()),
    ];
    for behaviour in broken {
        let world = world(31, |_| {}).await;
        let shown = format!("{behaviour:?}");
        let peer = peer(move |_| behaviour.clone()).await;
        meet(&world, &peer, 300).await;
        for number in 0..5 {
            let answer = ask(&world, &provisioning(&format!("WAA0000000000000{number}"))).await;
            assert_eq!(answer.status, 502, "{shown}: {}", answer.text);
            assert!(!answer.text.contains("Hostile") && !answer.text.contains(peer.base_url()), "{}", answer.text);
        }
        let asked = peer.received().len();
        let answer = ask(&world, &provisioning("WAA00000000000009")).await;
        assert_eq!(answer.status, 404, "{shown}: the breaker is open: {}", answer.text);
        // Told from a final no, without a name.
        assert_eq!(answer.headers["retry-after"], "30", "{shown}");
        assert!(answer.text.contains("not final") && !answer.text.contains("Hostile"), "{}", answer.text);
        assert_eq!(peer.received().len(), asked, "{shown}");
        // After the pause, one question tries it again.
        world.ecosystem.clock.advance(31);
        assert_eq!(ask(&world, &provisioning("WAA00000000000008")).await.status, 502, "{shown}");
        assert_eq!(ask(&world, &provisioning("WAA00000000000007")).await.status, 404, "{shown}");
    }
}

#[tokio::test]
async fn an_operator_may_answer_404_instead() {
    let world = world(31, |options| options.policy.federation.incomplete = Incomplete::NotFound).await;
    let peer = peer(|_| Behaviour::Status(500)).await;
    meet(&world, &peer, 300).await;
    assert_eq!(ask(&world, &look_up(CAR)).await.status, 404);
}

/// A peer's good answer wins over another that hangs.
#[tokio::test]
async fn the_first_good_answer_wins() {
    let mut three = Three::begin().await;
    three.car(CAR).await;
    let silent = peer(|_| Behaviour::Silent).await;
    meet(&three.two, &silent, 30_000).await;
    assert_eq!(ask(&three.two, &look_up(CAR)).await.status, 200);
}

#[tokio::test]
async fn what_is_asked_of_a_peer_says_who_and_that_it_ends_there() {
    let world = world(31, |_| {}).await;
    let peer =
        peer(|_| Behaviour::Json(404, json!({"errorMessages": ["no"], "traceId": uuid::Uuid::nil()}).to_string()))
            .await;
    meet(&world, &peer, 3000).await;
    let emsp = world.ecosystem.party_named("eMSP G").clone();
    let request = world.ecosystem.request_as(&emsp, "GET", &look_up(CAR)).await;
    let request = request.header("OPNC-Correlation-ID", "my-event-42").header("OPNC-Forwarded-By", "x");
    assert_eq!(opnc_test_util::calls::send(request).await.status, 404);
    let questions = questions(&peer);
    let [question] = questions.as_slice() else { panic!("{questions:?}") };
    assert!(question.line.starts_with(&format!("GET {} ", look_up(CAR))), "{}", question.line);
    for (name, value) in [
        ("opnc-from-party-type", "emsp"),
        ("opnc-from-party-id", "DEGGG"),
        ("opnc-correlation-id", "my-event-42"),
        ("broadcast", "true"),
        ("authorization", "Bearer t"),
    ] {
        assert_eq!(question.headers[name], value);
    }
    let forwarded_by = &question.headers["opnc-forwarded-by"];
    assert!(uuid::Uuid::parse_str(forwarded_by).is_ok(), "one ecosystem, ours: {forwarded_by}");
}

/// One unknown car, asked for by many at once and again: the peer hears of it once in five seconds.
#[tokio::test]
async fn a_flood_reaches_a_peer_once() {
    let world = world(31, |_| {}).await;
    let no = json!({"errorMessages": ["no"], "traceId": uuid::Uuid::nil()}).to_string();
    let peer = peer(move |_| Behaviour::Slowly(50, 404, no.clone())).await;
    meet(&world, &peer, 3000).await;
    ask(&world, &look_up("WAA00000000000099")).await;
    for round in 1..=2 {
        let mut calls = tokio::task::JoinSet::new();
        // Whoever asks, in whatever role: that everybody says no is as good for all.
        let parties = ["eMSP G", "eMSP D", "eMSP C"].map(|name| world.ecosystem.party_named(name).clone());
        for party in parties.iter().cycle().take(100) {
            let request = world.ecosystem.request_as(party, "GET", &look_up(CAR)).await;
            calls.spawn(opnc_test_util::calls::send(request));
        }
        while let Some(answer) = calls.join_next().await {
            assert_eq!(answer.unwrap().status, 404);
        }
        let of_car = questions(&peer).into_iter().filter(|question| question.line.contains(CAR)).count();
        assert_eq!(of_car, round, "in round {round}");
        world.ecosystem.clock.advance(5);
    }
}

#[tokio::test]
async fn a_lie_about_a_car_is_not_passed_on() {
    let mut world = world(31, |_| {}).await;
    let now = opnc_pki::Clock::now(&world.ecosystem.clock);
    let mut strange = TestPki::new(opnc_pki::hierarchy::Domain::Oem, "Stranger", now);
    let good = world.oem.leaf(CAR);
    let lies = [
        ("nothing of it", provisioning_body(&good), 200),
        ("another car", provisioning_body(&world.oem.leaf("WAA00000000000002")), 502),
        ("a chain of nobody we know", provisioning_body(&strange.leaf(CAR)), 502),
        (
            "an expired one",
            provisioning_body(&world.oem.leaf_valid(CAR, "2026-06-01T12:00:00Z", "2026-06-01T12:00:01Z")),
            502,
        ),
        (
            "a sub CA that did not issue it",
            {
                let mut mixed = provisioning_body(&good);
                let other = provisioning_body(&strange.leaf(CAR)).provisioning_certificate_chain;
                mixed.provisioning_certificate_chain.sub_ca2 = other.sub_ca2;
                mixed
            },
            502,
        ),
    ];
    for (lie, body, status) in lies {
        let said = json!({ "provisioningCertificate": body }).to_string();
        let peer = peer(move |_| Behaviour::Json(200, said.clone())).await;
        meet(&world, &peer, 3000).await;
        let answer = ask(&world, &provisioning(CAR)).await;
        assert_eq!(answer.status, status, "{lie}: {}", answer.text);
        let ecosystem = &world.ecosystem.ecosystem;
        peers::remove(&operator(ecosystem), ecosystem, "Hostile").await.unwrap();
        world.ecosystem.clock.advance(60);
    }
}

#[tokio::test]
async fn a_lie_about_a_contract_does_not_reach_the_car() {
    let mut three = Three::begin().await;
    let car = three.car(CAR).await;
    let other = three.car("WAA00000000000002").await;
    three.contract(CONTRACT, CAR).await;
    three.contract("DEGGG000000002", "WAA00000000000002").await;
    let session = "0102030405060708";
    let genuine = three.two.install(&car.vehicle, session).await.json();
    let of_other = three.two.install(&other.vehicle, session).await.json();
    let exi = |body: &Value| body["signedContractDataCollection"][0]["certificateInstallationRes"].clone();
    let with = |name: &str, value: Value| {
        let mut body = genuine.clone();
        body["signedContractDataCollection"][0][name] = value;
        body
    };
    let tampered = |at: usize| {
        let mut bytes = BASE64_STANDARD.decode(exi(&genuine).as_str().unwrap()).unwrap();
        let at = bytes.len() * at / 10;
        bytes[at] ^= 0x10;
        Value::from(BASE64_STANDARD.encode(bytes))
    };
    let mut stranger = World::begin_with(|options| options.seed = 77).await;
    let unknown = stranger.oem.leaf(CAR);
    assert_eq!(stranger.publish(&unknown).await.status, 200);
    assert_eq!(stranger.generate("DEDDD000000001", CAR).await.status, 201);
    let of_stranger = opnc_test_util::vehicle(&unknown, std::slice::from_ref(&stranger.v2g_root));
    let of_stranger = stranger.install(&of_stranger, session).await.json();
    let lies = [
        ("nothing of it", genuine.clone(), 200),
        ("tampered at the start", with("certificateInstallationRes", tampered(2)), 502),
        ("tampered in the middle", with("certificateInstallationRes", tampered(5)), 502),
        ("tampered at the end", with("certificateInstallationRes", tampered(9)), 502),
        ("another EMAID beside it", with("emaid", json!("DEGGG000000002")), 502),
        ("another car's, as it is", of_other.clone(), 502),
        ("another edition", with("xsdMsgDefNamespace", json!("urn:iso:15118:20:2020:MsgDef")), 502),
        ("nothing at all", json!({"signedContractDataCollection": []}), 502),
        ("a CPS below a root that nobody knows", of_stranger, 502),
    ];
    let ecosystem = &three.three.ecosystem.ecosystem;
    for name in ["One", "Two"] {
        peers::remove(&operator(ecosystem), ecosystem, name).await.unwrap();
    }
    for (lie, body, status) in lies {
        let said = body.to_string();
        let peer = peer(move |_| Behaviour::Json(200, said.clone())).await;
        meet(&three.three, &peer, 3000).await;
        let answer = three.three.install(&car.vehicle, session).await;
        assert_eq!(answer.status, status, "{lie}: {}", answer.text);
        if status == 200 {
            three.three.accept(&car.vehicle, &answer, session).unwrap();
        }
        peers::remove(&operator(ecosystem), ecosystem, "Hostile").await.unwrap();
        three.three.ecosystem.clock.advance(60);
    }
}

/// Each asks the other, and neither passes on what comes from the other: the ring ends.
#[tokio::test]
async fn a_ring_ends() {
    let three = Three::begin().await;
    let exi_of_nobody = {
        let mut unknown = World::begin_with(|options| options.seed = 78).await;
        let car = unknown.new_car("WAA00000000000077");
        car.vehicle.request_installation(&session_id("A1")).unwrap()
    };
    for world in [&three.one, &three.two, &three.three] {
        let answer = ask(world, &look_up("WYY00000000000001")).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        let answer = world.install_exi(&exi_of_nobody, None).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert!(answer.json()["signedContractDataCollection"][0]["certificateInstallationRes"].is_string());
    }
}

/// A pool that passes on what it must not: our question comes back to us through it, and ends here.
#[tokio::test]
async fn a_peer_that_sends_our_question_back_gets_a_plain_no() {
    let world = world(31, |_| {}).await;
    let no = json!({"errorMessages": ["no"], "traceId": uuid::Uuid::nil()}).to_string();
    let peer = peer(move |_| Behaviour::Json(404, no.clone())).await;
    meet(&world, &peer, 3000).await;
    assert_eq!(ask(&world, &look_up(CAR)).await.status, 404);
    let own_id = questions(&peer)[0].headers["opnc-forwarded-by"].clone();
    // Now the peer asks, as a pool that forwards would.
    let ecosystem = &world.ecosystem.ecosystem;
    let members = owned(&[], &["DEGGG"], &[]);
    let credentials =
        peers::add(&operator(ecosystem), ecosystem, new_peer("Mirror", "https://m.example", members)).await.unwrap();
    let mirror = opnc_test_util::TestParty {
        name: "Mirror".to_owned(),
        role: Role::Peer,
        owned: owned(&[], &[], &[]),
        credentials,
    };
    let request = world.ecosystem.request_as(&mirror, "GET", &look_up(CAR)).await;
    let request = request.header("OPNC-from-party-type", "emsp").header("OPNC-from-party-id", "DEGGG");
    let answer = opnc_test_util::calls::send(request.header("OPNC-Forwarded-By", own_id)).await;
    assert_eq!(answer.status, 404);
    assert_eq!(questions(&peer).len(), 1, "nobody is asked again");
}
