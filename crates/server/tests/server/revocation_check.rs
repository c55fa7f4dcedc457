//! Certificates of an OEM with a responder of its own, which answers as a test wants.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use opnc_messages::pki::RevocationReason;
use opnc_pki::Clock;
use opnc_pki::crl::{Draft, Revoked};
use opnc_pki::issue::{Authority, Urls};
use opnc_pki::ocsp::{CertId, IdHash, Request, Responder, Single, Status};
use opnc_services::revocation_check::{Mode, recheck};
use opnc_store::unchecked_cars;
use opnc_test_util::World;

const PCID: &str = "WAATESTCAR0000001";

/// How the responder behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// All is good.
    Good,
    /// The certificates of the CA that issues leaves are revoked.
    Revoked,
    /// OCSP is out of order, lists are there, and name the leaves as revoked.
    ListRevoked,
    /// Nothing works.
    Silent,
    /// It answers with yesterday's news.
    Stale,
    /// It signs with the wrong key.
    Forged,
    /// It knows nothing.
    Unknown,
    /// It shows an answer of before: without the nonce, and not over yet.
    Replayed,
}

pub(crate) struct Oem {
    cas: Vec<Authority>,
    mood: Mood,
    now: Timestamp,
    pub(crate) serial: Vec<u8>,
}

pub(crate) type Shared = Arc<Mutex<Oem>>;

async fn ocsp(State(oem): State<Shared>, body: Bytes) -> Result<Vec<u8>, StatusCode> {
    let oem = oem.lock().unwrap();
    if matches!(oem.mood, Mood::Silent | Mood::ListRevoked) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let request = Request::from_der(&body).unwrap();
    let id = &request.ids[0];
    let is_issuer = |ca: &&Authority| CertId::new(IdHash::Sha1, ca.certificate(), id.serial()).unwrap() == *id;
    let ca = oem.cas.iter().find(is_issuer).unwrap();
    let signer = if oem.mood == Mood::Forged { &oem.cas[0] } else { ca };
    let status = match oem.mood {
        Mood::Revoked if id.serial() == oem.serial => Status::Revoked { at: oem.now, reason: None },
        Mood::Unknown => Status::Unknown,
        _ => Status::Good,
    };
    let (age, minutes) = match oem.mood {
        Mood::Stale => (48, 30),
        Mood::Replayed => (2, 600),
        _ => (0, 30),
    };
    let this_update = oem.now - SignedDuration::from_hours(age);
    let next_update = Some(this_update + SignedDuration::from_mins(minutes));
    let single = Single { id: id.clone(), status, this_update, next_update };
    let responder = Responder::authority(signer.certificate().clone(), signer.signer().clone()).unwrap();
    let nonce = request.nonce.as_deref().filter(|_| oem.mood != Mood::Replayed);
    Ok(responder.sign(&[single], nonce, this_update).unwrap())
}

async fn list(State(oem): State<Shared>, Path(name): Path<String>) -> Result<Vec<u8>, StatusCode> {
    let oem = oem.lock().unwrap();
    if oem.mood != Mood::ListRevoked {
        return Err(StatusCode::NOT_FOUND);
    }
    let ca = oem.cas.iter().find(|ca| name == format!("{}.crl", Urls::id(ca.certificate()))).unwrap();
    let reason = Some(RevocationReason::KeyCompromise);
    let draft = Draft {
        issuer: ca.certificate(),
        number: 1,
        this_update: oem.now,
        next_update: oem.now + SignedDuration::from_hours(1),
        revoked: &[Revoked { serial: oem.serial.clone(), at: oem.now, reason }],
    };
    Ok(draft.sign(ca.signer()).unwrap())
}

async fn certificate(State(oem): State<Shared>, Path(name): Path<String>) -> Result<Vec<u8>, StatusCode> {
    let oem = oem.lock().unwrap();
    let named = oem.cas.iter().find(|ca| name == format!("{}.cer", Urls::id(ca.certificate())));
    named.map(|ca| ca.certificate().der().to_vec()).ok_or(StatusCode::NOT_FOUND)
}

/// An ecosystem whose OEM and eMSP have such a responder; the car is not published yet.
pub(crate) async fn world(mode: Mode, mood: Mood) -> (World, Shared, opnc_test_util::Car) {
    let mut world = World::begin_with(|options| {
        options.policy.revocation.pcp = mode;
        options.policy.revocation.ccp = mode;
        options.policy.revocation.trust = mode;
        options.policy.fetch_issuers = true;
        options.policy.revocation.outbound.allow = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let now = world.ecosystem.clock.now();
    let mut cas = Vec::new();
    for pki in [&mut world.oem, &mut world.emsp] {
        pki.name_status(&base);
        let hierarchy = pki.hierarchy.clone();
        cas.extend([hierarchy.root, hierarchy.sub_ca_1, hierarchy.sub_ca_2]);
    }
    let car = world.new_car(PCID);
    let serial = car.leaf.certificate.serial().to_vec();
    let oem = Arc::new(Mutex::new(Oem { cas, mood, now, serial }));
    let routes = Router::new().route("/ocsp", post(ocsp)).route("/crl/{name}", get(list));
    let routes = routes.route("/ca/{name}", get(certificate));
    let routes = routes.with_state(Arc::clone(&oem));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (world, oem, car)
}

async fn marked(world: &World) -> u64 {
    unchecked_cars::count(&mut world.ecosystem.ecosystem.store().read().await.unwrap()).await.unwrap()
}

pub(crate) fn turn(world: &World, oem: &Shared, mood: Mood, seconds: i64) {
    world.ecosystem.clock.advance(seconds);
    let mut oem = oem.lock().unwrap();
    (oem.mood, oem.now) = (mood, world.ecosystem.clock.now());
}

#[tokio::test]
async fn a_car_is_published_when_its_certificates_are_good() {
    let (world, _, car) = world(Mode::Require, Mood::Good).await;
    let answer = world.publish(&car.leaf).await;
    assert_eq!((answer.status, marked(&world).await), (200, 0), "{}", answer.text);
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_in_every_mode_that_asks() {
    for mode in [Mode::Require, Mode::SoftFail] {
        for mood in [Mood::Revoked, Mood::ListRevoked] {
            let (world, _, car) = world(mode, mood).await;
            let answer = world.publish(&car.leaf).await;
            assert_eq!(answer.status, 400, "{mode:?} {mood:?}");
            assert!(answer.text.contains("was revoked on 2026-06-01T12:00:00Z"), "{}", answer.text);
        }
    }
    let (world, _, car) = world(Mode::Off, Mood::Revoked).await;
    assert_eq!(world.publish(&car.leaf).await.status, 200, "nobody was asked");
}

#[tokio::test]
async fn answers_that_cannot_be_believed_are_none() {
    for (mood, why) in [
        (Mood::Silent, "status 503"),
        (Mood::Stale, "not for now"),
        (Mood::Forged, "signed neither by"),
        (Mood::Unknown, "does not know"),
    ] {
        let (strict, _, car) = world(Mode::Require, mood).await;
        let answer = strict.publish(&car.leaf).await;
        assert!(answer.status == 400 && answer.text.contains(why), "{mood:?}: {}", answer.text);
        let (soft, _, car) = world(Mode::SoftFail, mood).await;
        assert_eq!((soft.publish(&car.leaf).await.status, marked(&soft).await), (200, 1), "{mood:?}");
    }
}

#[tokio::test]
async fn a_marked_car_is_looked_at_again() {
    let (world, oem, car) = world(Mode::SoftFail, Mood::Silent).await;
    assert_eq!(world.publish(&car.leaf).await.status, 200);
    assert_eq!(world.generate("DEDDDC00000001", PCID).await.status, 201);
    let ecosystem = &world.ecosystem.ecosystem;
    turn(&world, &oem, Mood::Silent, 120);
    assert_eq!(recheck(ecosystem).await.unwrap(), 1);
    turn(&world, &oem, Mood::Good, 120);
    assert_eq!((recheck(ecosystem).await.unwrap(), marked(&world).await), (0, 0));
    let path = format!("/opnc/v1/pcp/provisioningcertificates/{PCID}");
    assert_eq!(world.get(opnc_messages::Role::Oem, &path).await.status, 200);
}

#[tokio::test]
async fn a_marked_car_that_turns_out_to_be_revoked_leaves_with_its_contracts() {
    let (world, oem, car) = world(Mode::SoftFail, Mood::Silent).await;
    assert_eq!(world.publish(&car.leaf).await.status, 200);
    assert_eq!(world.generate("DEDDDC00000001", PCID).await.status, 201);
    turn(&world, &oem, Mood::Revoked, 120);
    assert_eq!(recheck(&world.ecosystem.ecosystem).await.unwrap(), 0);
    assert_eq!(marked(&world).await, 0);
    let path = format!("/opnc/v1/pcp/provisioningcertificates/{PCID}");
    assert_eq!(world.get(opnc_messages::Role::Oem, &path).await.status, 404);
    assert_eq!(world.install(&car.vehicle, "0102030405060708").await.status, 404);
}

#[tokio::test]
async fn nothing_is_delivered_to_a_car_whose_certificate_was_revoked_since() {
    let (world, oem, car) = world(Mode::SoftFail, Mood::Good).await;
    assert_eq!(world.publish(&car.leaf).await.status, 200);
    assert_eq!(world.generate("DEDDDC00000001", PCID).await.status, 201);
    let answer = world.install(&car.vehicle, "0102030405060708").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // What was answered is good for half an hour.
    turn(&world, &oem, Mood::Revoked, 2400);
    let answer = world.install(&car.vehicle, "0102030405060708").await;
    assert!(answer.status == 400 && answer.text.contains("was revoked on"), "{}", answer.text);
}

#[tokio::test]
async fn a_pool_that_does_not_require_answers_delivers_without() {
    let (world, oem, car) = world(Mode::SoftFail, Mood::Good).await;
    assert_eq!(world.publish(&car.leaf).await.status, 200);
    assert_eq!(world.generate("DEDDDC00000001", PCID).await.status, 201);
    turn(&world, &oem, Mood::Silent, 2400);
    assert_eq!(world.install(&car.vehicle, "0102030405060708").await.status, 200, "soft-fail delivers");
}

/// An address inside is not asked, whoever's certificate names it.
#[tokio::test]
async fn certificates_cannot_make_us_ask_inside() {
    let (mut world, _, _) = world(Mode::Require, Mood::Good).await;
    world.oem.name_status("http://10.0.0.1:80");
    let car = world.new_car("WAATESTCAR0000002");
    let answer = world.publish(&car.leaf).await;
    assert!(answer.status == 400 && answer.text.contains("not on the public internet"), "{}", answer.text);
}
