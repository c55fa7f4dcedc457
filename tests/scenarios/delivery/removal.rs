//! Endpoints that go, or are switched off, with something on its way to them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opnc_messages::Role;
use opnc_services::events::Worker;
use opnc_services::retention;
use opnc_store::StoreError;
use opnc_store::deliveries::{self, Delivery, DeliveryState};
use opnc_test_util::{Behaviour, Receiver};
use uuid::Uuid;

use super::{CAR, STORY, TO_OEM, kinds, setting, setting_with};

/// One endpoint has refused, the other goes before it has answered: nobody is left who could take it.
#[tokio::test]
async fn a_story_ends_when_the_last_endpoint_goes() {
    let (refusing, failing) =
        (Receiver::start(|_| Behaviour::Status(400)).await, Receiver::start(|_| Behaviour::Status(500)).await);
    let emsp = Receiver::good().await;
    let setting = setting(&refusing.url).await;
    let (ecosystem, oem) = (setting.ecosystem(), setting.ecosystem().party(Role::Oem));
    let other = ecosystem.endpoint(oem, &failing.url, TO_OEM).await;
    ecosystem.endpoint(ecosystem.party_named("eMSP D"), &emsp.url, STORY).await;
    setting.contract("DEDDD000000001").await;
    assert_eq!(kinds(&emsp.received()), ["emsp.contract.queued.to.oem"]);
    let deleted = setting.world.delete(Role::Oem, &format!("/opnc/v1/event/endpoints/{other}")).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    ecosystem.deliver().await;
    assert_eq!(kinds(&emsp.received()), ["emsp.contract.queued.to.oem", "emsp.contract.rejected.by.oem"]);
}

/// Two were fast, so more is taken than can be sent at once; then the receiver falls silent, and its owner has enough.
#[tokio::test]
async fn what_was_taken_and_not_begun_is_given_back_when_the_endpoint_is_switched_off() {
    let came = AtomicUsize::new(0);
    let falling_silent = Receiver::start(move |_| match came.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Behaviour::Status(200),
        _ => Behaviour::Silent,
    })
    .await;
    let setting = setting_with(&falling_silent.url, |options| {
        options.policy.delivery.per_endpoint = 2;
        options.policy.delivery.timeout = Duration::from_secs(60);
    })
    .await;
    for number in 1..=10 {
        let answer = setting.world.generate(&format!("DEDDD{number:09}"), CAR).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    }
    let worker = Worker::new(&setting.ecosystem().ecosystem).unwrap();
    let (_stop, stopped) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(worker.run(async { drop(stopped.await) }));
    let held = async |number: usize| {
        let until = async {
            while setting.log().await.iter().filter(|logged| logged.delivery.lease_until.is_some()).count() != number {}
        };
        tokio::time::timeout(Duration::from_secs(30), until).await.expect("so many are held")
    };
    falling_silent.wait_for(4).await;
    held(8).await;
    let off = serde_json::json!({ "url": falling_silent.url, "status": "disabled" });
    let path = format!("/opnc/v1/event/endpoints/{}", setting.endpoint);
    assert_eq!(setting.world.put(Role::Oem, &path, &off).await.status, 200);
    held(2).await;
    assert_eq!(falling_silent.received().len(), 4);
}

/// A process from before migration 0027 removes an event and leaves its delivery, and the next of the contract behind that.
#[tokio::test]
async fn what_an_older_process_left_behind_goes_with_the_next_cleansing() {
    let oem = Receiver::good().await;
    let setting = setting(&oem.url).await;
    let ecosystem = &setting.ecosystem().ecosystem;
    setting.contract("DEDDD000000001").await;
    let first = setting.log().await.remove(0).delivery;
    let left =
        &Delivery { id: Uuid::nil(), event_id: Uuid::nil(), state: DeliveryState::Waiting, done_at: None, ..first };
    let added = ecosystem.store().run_tx::<_, StoreError, _>("test", |tx| Box::pin(deliveries::add(tx, left)));
    assert!(added.await.unwrap());
    setting.contract("DEDDD000000001").await;
    assert_eq!(kinds(&oem.received()), ["oem.contract.created"], "the other waits");
    retention::run(ecosystem).await.unwrap();
    setting.ecosystem().deliver().await;
    assert_eq!(kinds(&oem.received()), ["oem.contract.created", "oem.contract.updated"]);
}
