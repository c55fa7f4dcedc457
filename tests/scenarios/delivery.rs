//! Events on their way to receivers: good ones, refusing ones, broken ones, and ones that are not there.

mod removal;

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opnc_client::webhook::{self, VerifyError};
use opnc_messages::Role;
use opnc_pki::Clock;
use opnc_services::events::{Worker, secret};
use opnc_store::StoreError;
use opnc_store::deliveries::DeliveryState;
use opnc_store::deliveries::log::{self, DeliveryFilter, Logged};
use opnc_store::event_endpoints::{self, Endpoint, PreviousSecret};
use opnc_test_util::{Behaviour, Received, Receiver, TestEcosystem, World};
use uuid::Uuid;

const TO_OEM: &[&str] = &["oem.contract.created", "oem.contract.updated", "oem.contract.deleted"];
const STORY: &[&str] = &[
    "emsp.contract.created.sent.to.oem",
    "emsp.contract.updated.sent.to.oem",
    "emsp.contract.queued.to.oem",
    "emsp.contract.rejected.by.oem",
];
const CAR: &str = "WAA00000000000001";
const HOUR: i64 = 3600;

/// A world with a car of OEM A, and an endpoint of that OEM.
struct Setting {
    world: World,
    endpoint: Uuid,
}

async fn setting(url: &str) -> Setting {
    setting_with(url, |_| {}).await
}

async fn setting_with(url: &str, choose: impl FnOnce(&mut opnc_test_util::TestOptions)) -> Setting {
    let mut world = World::begin_with(|options| {
        options.server.token_lifetime = Duration::from_secs(30 * 86_400);
        choose(options);
    })
    .await;
    world.car(CAR).await;
    let endpoint = world.ecosystem.endpoint(world.ecosystem.party(Role::Oem), url, TO_OEM).await;
    Setting { world, endpoint }
}

impl Setting {
    fn ecosystem(&self) -> &TestEcosystem {
        &self.world.ecosystem
    }

    /// Has a contract made, and delivers what follows from it.
    async fn contract(&self, emaid: &str) {
        let answer = self.world.generate(emaid, CAR).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
        self.ecosystem().deliver().await;
    }

    async fn later(&self, seconds: i64) {
        self.ecosystem().clock.advance(seconds);
        self.ecosystem().deliver().await;
    }

    /// The deliveries to the endpoint, the oldest first.
    async fn log(&self) -> Vec<Logged> {
        let filter = DeliveryFilter { endpoint_id: Some(self.endpoint), ..DeliveryFilter::default() };
        let mut reader = self.ecosystem().ecosystem.store().read().await.unwrap();
        let mut log = log::list(&mut reader, &filter, None, 100).await.unwrap();
        log.reverse();
        log
    }

    /// Has everything that was sent to the endpoint sent once more.
    async fn replay(&self) -> u64 {
        let filter = DeliveryFilter { endpoint_id: Some(self.endpoint), ..DeliveryFilter::default() };
        let now = self.ecosystem().clock.now();
        let again = self.ecosystem().ecosystem.store().run_tx::<_, StoreError, _>("replay", |tx| {
            let filter = &filter;
            Box::pin(async move { log::again(tx, filter, now).await })
        });
        again.await.unwrap()
    }

    async fn states(&self) -> Vec<(DeliveryState, u64)> {
        self.log().await.into_iter().map(|logged| (logged.delivery.state, logged.delivery.attempts)).collect()
    }

    async fn endpoint(&self) -> Endpoint {
        let mut reader = self.ecosystem().ecosystem.store().read().await.unwrap();
        event_endpoints::find(&mut reader, self.endpoint).await.unwrap().unwrap()
    }

    async fn secret(&self) -> String {
        let ecosystem = &self.ecosystem().ecosystem;
        let secrets = secret::secrets(ecosystem, &self.endpoint().await, ecosystem.now()).unwrap();
        secrets.current.as_str().to_owned()
    }

    fn verify(&self, received: &Received, secret: &str) -> Result<webhook::Event, VerifyError> {
        let headers = received.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        webhook::verify(headers, &received.body, secret, self.ecosystem().clock.now())
    }
}

fn kinds(received: &[Received]) -> Vec<String> {
    received.iter().map(|received| received.json()["eventType"].as_str().unwrap().to_owned()).collect()
}

fn ids(received: &[Received]) -> Vec<String> {
    received.iter().map(|received| received.json()["eventId"].as_str().unwrap().to_owned()).collect()
}

/// A receiver whose answer the test changes.
async fn changing(status: u16) -> (Receiver, Arc<AtomicU16>) {
    let status = Arc::new(AtomicU16::new(status));
    let answers = Arc::clone(&status);
    (Receiver::start(move |_| Behaviour::Status(answers.load(Ordering::Relaxed))).await, status)
}

#[tokio::test]
async fn an_event_arrives_once_signed_and_its_story_is_told() {
    let (oem, emsp) = (Receiver::good().await, Receiver::good().await);
    let setting = setting(&oem.url).await;
    setting.ecosystem().endpoint(setting.ecosystem().party_named("eMSP D"), &emsp.url, STORY).await;
    setting.contract("DEDDD000000001").await;
    let received = oem.received();
    assert_eq!(kinds(&received), ["oem.contract.created"]);
    assert_eq!(received[0].headers["content-type"], "application/json");
    let event = setting.verify(&received[0], &setting.secret().await).unwrap();
    assert_eq!(event.id, setting.log().await[0].delivery.event_id);
    assert_eq!(event.body["payload"]["pcid"], CAR);
    assert_eq!(setting.verify(&received[0], "another").unwrap_err(), VerifyError::WrongSignature);
    assert_eq!(kinds(&emsp.received()), ["emsp.contract.created.sent.to.oem"]);
    setting.ecosystem().deliver().await;
    assert_eq!((oem.received().len(), emsp.received().len()), (1, 1));
    assert_eq!(setting.states().await, [(DeliveryState::Delivered, 1)]);
}

/// The OEM gets it again under its id, and the eMSP, who has heard that the OEM knows, hears nothing new.
#[tokio::test]
async fn what_is_sent_once_more_tells_no_story_again() {
    let ((oem, status), emsp) = (changing(200).await, Receiver::good().await);
    let setting = setting(&oem.url).await;
    setting.ecosystem().endpoint(setting.ecosystem().party_named("eMSP D"), &emsp.url, STORY).await;
    setting.contract("DEDDD000000001").await;
    assert_eq!(kinds(&emsp.received()), ["emsp.contract.created.sent.to.oem"]);
    for answer in [200, 503] {
        status.store(answer, Ordering::Relaxed);
        assert_eq!(setting.replay().await, 1);
        setting.ecosystem().deliver().await;
    }
    setting.later(2 * HOUR).await;
    status.store(200, Ordering::Relaxed);
    setting.later(2 * HOUR).await;
    assert_eq!(setting.states().await[0].0, DeliveryState::Delivered);
    let mut ids = ids(&oem.received());
    assert!(ids.len() >= 4, "{ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(emsp.received().len(), 1);
}

/// Two endpoints of one OEM: the eMSP hears once that the OEM knows.
#[tokio::test]
async fn an_oem_with_two_endpoints_is_one_oem() {
    let (one, two, emsp) = (Receiver::good().await, Receiver::good().await, Receiver::good().await);
    let setting = setting(&one.url).await;
    setting.ecosystem().endpoint(setting.ecosystem().party(Role::Oem), &two.url, TO_OEM).await;
    setting.ecosystem().endpoint(setting.ecosystem().party_named("eMSP D"), &emsp.url, STORY).await;
    setting.contract("DEDDD000000001").await;
    assert_eq!(ids(&one.received()), ids(&two.received()));
    assert_eq!(kinds(&emsp.received()), ["emsp.contract.created.sent.to.oem"]);
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    for status in [400, 409] {
        let (oem, emsp) = (Receiver::start(move |_| Behaviour::Status(status)).await, Receiver::good().await);
        let setting = setting(&oem.url).await;
        setting.ecosystem().endpoint(setting.ecosystem().party_named("eMSP D"), &emsp.url, STORY).await;
        setting.contract("DEDDD000000001").await;
        setting.later(10 * HOUR).await;
        assert_eq!(oem.received().len(), 1, "{status}");
        assert_eq!(setting.states().await, [(DeliveryState::Rejected, 1)]);
        assert_eq!(kinds(&emsp.received()), ["emsp.contract.rejected.by.oem"]);
        assert_eq!(setting.endpoint().await.failing_since, None, "it answers");
    }
}

#[tokio::test]
async fn a_failure_is_repeated_three_times_an_hour_apart() {
    let (oem, emsp) = (Receiver::start(|_| Behaviour::Status(500)).await, Receiver::good().await);
    let setting = setting(&oem.url).await;
    setting.ecosystem().endpoint(setting.ecosystem().party_named("eMSP D"), &emsp.url, STORY).await;
    setting.contract("DEDDD000000001").await;
    for attempts in 1..=4 {
        assert_eq!(oem.received().len(), attempts);
        setting.later(HOUR - 1).await;
        assert_eq!(oem.received().len(), attempts, "not before the hour is over");
        // Chance adds up to a tenth.
        setting.later(HOUR / 10 + 1).await;
    }
    assert_eq!(setting.states().await, [(DeliveryState::GivenUp, 4)]);
    let story = ["emsp.contract.queued.to.oem", "emsp.contract.rejected.by.oem"];
    assert_eq!(kinds(&emsp.received()), story);
    let mut seen = ids(&oem.received());
    seen.dedup();
    assert_eq!(seen.len(), 1, "one event, one id");
    // Each attempt is of its own time, so that a receiver can refuse what is old.
    let (first, last) = (oem.received()[0].clone(), oem.received()[3].clone());
    assert_ne!(first.json()["timestamp"], last.json()["timestamp"]);
    let error = setting.verify(&first, &setting.secret().await).unwrap_err();
    assert!(matches!(error, VerifyError::OutsideWindow { .. }), "{error}");
}

#[tokio::test]
async fn who_asks_for_patience_gets_it() {
    let oem = Receiver::start(|_| Behaviour::Later(503, 120)).await;
    let setting = setting(&oem.url).await;
    setting.contract("DEDDD000000001").await;
    setting.later(119).await;
    assert_eq!(oem.received().len(), 1);
    // Nor is it asked about anything else meanwhile.
    setting.contract("DEDDD000000002").await;
    assert_eq!(oem.received().len(), 1);
    setting.later(1).await;
    assert_eq!(oem.received().len(), 2);
}

#[tokio::test]
async fn later_events_of_a_contract_wait_and_others_do_not() {
    let broken = Arc::new(Mutex::new(Some("DEDDD000000001".to_owned())));
    let answers = Arc::clone(&broken);
    let oem = Receiver::start(move |received| {
        let is_broken = answers.lock().unwrap().as_deref() == received.json()["payload"]["emaid"].as_str();
        Behaviour::Status(if is_broken { 500 } else { 204 })
    })
    .await;
    let setting = setting(&oem.url).await;
    setting.contract("DEDDD000000001").await;
    setting.contract("DEDDD000000001").await;
    setting.contract("DEDDD000000002").await;
    assert_eq!(kinds(&oem.received()), ["oem.contract.created", "oem.contract.created"], "one each");
    *broken.lock().unwrap() = None;
    setting.later(2 * HOUR).await;
    assert_eq!(kinds(&oem.received())[2..], ["oem.contract.created", "oem.contract.updated"]);
    assert_eq!(setting.states().await.iter().map(|(_, attempts)| *attempts).collect::<Vec<_>>(), [2, 1, 1]);
}

/// What is no success is tried again, whatever it is; what says success is one, however it ends.
#[tokio::test]
async fn a_hostile_receiver_stops_nothing() {
    let elsewhere = Receiver::good().await;
    let redirect = Behaviour::Redirect(elsewhere.url.clone());
    let cases = [
        (Behaviour::Status(301), DeliveryState::Waiting),
        (redirect, DeliveryState::Waiting),
        (Behaviour::Status(404), DeliveryState::Waiting),
        (Behaviour::Silent, DeliveryState::Waiting),
        (Behaviour::Reset, DeliveryState::Waiting),
        (Behaviour::HalfHeaders, DeliveryState::Waiting),
        (Behaviour::Garbage, DeliveryState::Waiting),
        (Behaviour::HalfBody, DeliveryState::Delivered),
        (Behaviour::Dripping, DeliveryState::Delivered),
        (Behaviour::Huge, DeliveryState::Delivered),
        (Behaviour::Twice, DeliveryState::Delivered),
    ];
    let behaviour = Arc::new(Mutex::new(Behaviour::Silent));
    let behaves = Arc::clone(&behaviour);
    let hostile = Receiver::start(move |_| behaves.lock().unwrap().clone()).await;
    let good = Receiver::good().await;
    let setting = setting(&hostile.url).await;
    setting.ecosystem().endpoint(setting.ecosystem().party(Role::Oem), &good.url, TO_OEM).await;
    for (number, (case, state)) in cases.into_iter().enumerate() {
        *behaviour.lock().unwrap() = case.clone();
        setting.contract(&format!("DEDDD{number:09}")).await;
        let last = setting.log().await.pop().unwrap().delivery;
        assert_eq!((last.state, last.attempts), (state, 1), "{case:?}: {:?}", last.last_error);
        assert_eq!(last.last_error.is_some(), state == DeliveryState::Waiting, "{case:?}");
        assert_eq!(good.received().len(), number + 1, "{case:?}");
    }
    assert!(elsewhere.received().is_empty(), "a redirect is not followed");
}

#[tokio::test]
async fn nothing_is_sent_to_this_machine_unless_that_is_allowed() {
    let receiver = Receiver::good().await;
    let inside = setting_with(&receiver.url, |options| options.policy.delivery.allow.clear()).await;
    inside.contract("DEDDD000000001").await;
    let error = inside.log().await[0].delivery.last_error.clone().unwrap();
    assert!(error.contains("not on the public internet"), "{error}");
    let clear = setting_with(&receiver.url, |options| options.policy.delivery.allow_http = false).await;
    clear.contract("DEDDD000000001").await;
    let error = clear.log().await[0].delivery.last_error.clone().unwrap();
    assert!(error.contains("only https"), "{error}");
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn an_endpoint_that_fails_for_a_day_is_left_alone_until_it_answers() {
    let (oem, answers) = changing(500).await;
    let setting = setting(&oem.url).await;
    setting.contract("DEDDD000000001").await;
    assert!(setting.endpoint().await.failing_since.is_some());
    setting.ecosystem().clock.advance(24 * HOUR);
    setting.contract("DEDDD000000002").await;
    assert!(setting.endpoint().await.parked_at.is_some());
    let tried = oem.received().len();
    for hour in 0..5 {
        setting.later(HOUR).await;
        assert_eq!(oem.received().len(), tried, "hour {hour}");
    }
    // One is tried now and then, and none is given up meanwhile.
    for _ in 0..20 {
        setting.later(6 * HOUR).await;
    }
    assert_eq!(oem.received().len(), tried + 20);
    assert!(setting.states().await.iter().all(|(state, _)| *state == DeliveryState::Waiting));
    answers.store(200, Ordering::Relaxed);
    setting.later(6 * HOUR).await;
    assert!(setting.states().await.iter().all(|(state, _)| *state == DeliveryState::Delivered));
    assert_eq!((setting.endpoint().await.failing_since, setting.endpoint().await.parked_at), (None, None));
}

#[tokio::test]
async fn both_secrets_sign_while_one_replaces_the_other() {
    let oem = Receiver::good().await;
    let setting = setting(&oem.url).await;
    let (before, ecosystem) = (setting.secret().await, &setting.ecosystem().ecosystem);
    let old = setting.endpoint().await;
    let until = ecosystem.now() + jiff::SignedDuration::from_hours(1);
    let (_, sealed) = secret::new_secret(ecosystem, old.id).unwrap();
    let previous_secret = Some(PreviousSecret { sealed: old.secret.clone(), until });
    let rotated = &Endpoint { secret: sealed, previous_secret, ..old };
    let update =
        ecosystem.store().run_tx::<_, StoreError, _>("test", |tx| Box::pin(event_endpoints::update(tx, rotated)));
    update.await.unwrap();
    setting.contract("DEDDD000000001").await;
    for known in [before.clone(), setting.secret().await] {
        setting.verify(&oem.received()[0], &known).unwrap();
    }
    setting.ecosystem().clock.advance(HOUR);
    setting.contract("DEDDD000000002").await;
    setting.verify(&oem.received()[1], &setting.secret().await).unwrap();
    assert_eq!(setting.verify(&oem.received()[1], &before).unwrap_err(), VerifyError::WrongSignature);
}

#[tokio::test]
async fn a_silent_receiver_does_not_delay_others() {
    let (silent, good) = (Receiver::start(|_| Behaviour::Silent).await, Receiver::good().await);
    let timeout = Duration::from_secs(60);
    let setting = setting_with(&silent.url, |options| options.policy.delivery.timeout = timeout).await;
    setting.ecosystem().endpoint(setting.ecosystem().party(Role::Oem), &good.url, TO_OEM).await;
    let worker = Worker::new(&setting.ecosystem().ecosystem).unwrap();
    let (_stop, stopped) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(worker.run(async { drop(stopped.await) }));
    for number in 1..=40 {
        let answer = setting.world.generate(&format!("DEDDD{number:09}"), CAR).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    }
    good.wait_for(40).await;
    assert_eq!(silent.received().len(), 16, "so many at once");
    assert!(setting.states().await.iter().all(|(state, _)| *state == DeliveryState::Waiting));
}

/// However many endpoints a party has, and however slowly they answer: others have their places.
#[tokio::test]
async fn a_party_of_slow_receivers_does_not_delay_others() {
    let (slow, good) = (Receiver::start(|_| Behaviour::Silent).await, Receiver::good().await);
    let timeout = Duration::from_secs(60);
    let setting = setting_with(&slow.url, |options| options.policy.delivery.timeout = timeout).await;
    let ecosystem = setting.ecosystem();
    for _ in 1..50 {
        ecosystem.endpoint(ecosystem.party(Role::Oem), &slow.url, TO_OEM).await;
    }
    let worker = Worker::new(&ecosystem.ecosystem).unwrap();
    let (_stop, stopped) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(worker.run(async { drop(stopped.await) }));
    for number in 1..=20 {
        let answer = setting.world.generate(&format!("DEDDD{number:09}"), CAR).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    }
    slow.wait_for(50).await;
    ecosystem.endpoint(ecosystem.party_named("eMSP D"), &good.url, &["emsp.prov.cert.factory.reset"]).await;
    let reset = setting.world.delete(Role::Oem, &format!("/opnc/v1/ccp/contractData/pcid/{CAR}")).await;
    assert_eq!(reset.status, 200, "{}", reset.text);
    good.wait_for(20).await;
    assert_eq!(slow.received().len(), 50, "one each");
}

#[tokio::test]
async fn a_worker_that_ends_gives_back_what_it_has_not_sent() {
    let silent = Receiver::start(|_| Behaviour::Silent).await;
    let setting = setting_with(&silent.url, |options| options.policy.delivery.per_endpoint = 2).await;
    for number in 1..=5 {
        let answer = setting.world.generate(&format!("DEDDD{number:09}"), CAR).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    }
    let worker = Worker::new(&setting.ecosystem().ecosystem).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(async { drop(stopped.await) }));
    silent.wait_for(2).await;
    drop(stop);
    running.await.unwrap();
    let log = setting.log().await;
    assert!(log.iter().all(|logged| logged.delivery.lease_until.is_none()));
    assert_eq!(log.iter().map(|logged| logged.delivery.attempts).sum::<u64>(), 2, "those under way have ended");
}
