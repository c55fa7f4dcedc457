//! Events: produced by the change they tell of, heard of by those they are about and nobody else, and written as the
//! official file has them.

mod audience;
mod bodies;

use opnc_messages::Role;
use opnc_messages::event::EventKind;
use opnc_messages::pki::{RevocationReason, RevokeCertificateReq};
use opnc_services::{jobs, rcp};
use opnc_store::outbox::{self, OutboxEvent};
use opnc_test_util::{TestEcosystem, World};
use uuid::Uuid;

use super::kinds;

const CAR: &str = "WAA00000000000001";
const EMAID: &str = "DEDDD000000001";
const OTHER: &str = "DECCC000000001";

/// Every event of the outbox, oldest first.
async fn all(ecosystem: &TestEcosystem) -> Vec<OutboxEvent> {
    let mut reader = ecosystem.ecosystem.store().read().await.unwrap();
    let page = outbox::page(&mut reader, Uuid::nil(), 1000).await.unwrap();
    page.into_iter().map(|(event, _)| event).collect()
}

/// The kinds of the events since there were so many.
async fn since(world: &World, number: usize) -> Vec<String> {
    kinds(&world.ecosystem).await.split_off(number)
}

/// A world with a car that has a contract of each eMSP.
async fn with_contracts() -> World {
    let mut world = World::begin().await;
    let car = world.car(CAR).await;
    assert_eq!(world.generate(EMAID, CAR).await.status, 201);
    assert_eq!(world.sign(OTHER, &car.leaf, Some(CAR)).await.status, 201);
    world
}

/// E2: our operation for what the specification names and gives no way to cause.
#[tokio::test]
async fn a_factory_reset_takes_all_contracts_and_leaves_the_car() {
    let world = with_contracts().await;
    let before = kinds(&world.ecosystem).await.len();
    let path = format!("/opnc/v1/ccp/contractData/pcid/{CAR}");
    for (role, status) in [(Role::Cpo, 403), (Role::EmspNoPki, 403), (Role::Admin, 403)] {
        assert_eq!(world.delete(role, &path).await.status, status, "{role}");
    }
    let foreign = world.ecosystem.call_named("OEM B", "DELETE", &path, None).await;
    assert_eq!(foreign.status, 403, "{}", foreign.text);
    assert_eq!(since(&world, before).await, Vec::<String>::new());

    let reset = world.delete(Role::Oem, &path).await;
    assert_eq!(reset.status, 200, "{}", reset.text);
    assert_eq!(since(&world, before).await, ["prov.cert.factory.reset"; 2], "to each eMSP");
    assert_eq!(world.delete(Role::Oem, &path).await.status, 404, "there are none any more");
    assert_eq!(world.get(Role::Oem, &format!("/opnc/v1/pcp/provisioningcertificates/{CAR}")).await.status, 200);
    let after = world.ecosystem.snapshot().await;
    assert_eq!((after.count("contracts"), after.count("default_contracts")), (0, 0));
    let revoked = world.generate(EMAID, CAR).await;
    assert_eq!(revoked.status, 201, "the car can have contracts again: {}", revoked.text);
}

/// Told when the OEM fetches it or a station installs it, the first time; and again for the contract that replaces it.
#[tokio::test]
async fn a_delivery_is_told_once() {
    let mut world = World::begin().await;
    let car = world.car(CAR).await;
    assert_eq!(world.generate(EMAID, CAR).await.status, 201);
    let before = kinds(&world.ecosystem).await.len();
    for _ in 0..3 {
        assert_eq!(world.installed(&car.vehicle).await, EMAID);
    }
    let path = format!("/opnc/v1/ccp/signedcontractdata/{EMAID}/{CAR}");
    assert_eq!(world.get(Role::Oem, &path).await.status, 200);
    assert_eq!(since(&world, before).await, ["contract.delivered.to.oem"]);
    assert_eq!(world.generate(EMAID, CAR).await.status, 201);
    for _ in 0..2 {
        assert_eq!(world.get(Role::Oem, &path).await.status, 200);
    }
    let told = since(&world, before).await;
    assert_eq!(told, ["contract.delivered.to.oem", "contract.updated", "contract.delivered.to.oem"]);
}

/// A new key, a revocation and the end of its time: each tells of what it takes away.
#[tokio::test]
async fn what_takes_contracts_away_tells_of_it() {
    let mut world = with_contracts().await;
    let before = kinds(&world.ecosystem).await.len();
    let renewed = world.new_car(CAR);
    assert_eq!(world.publish(&renewed.leaf).await.status, 200);
    assert_eq!(since(&world, before).await, ["prov.cert.updated"; 2]);

    assert_eq!(world.generate(EMAID, CAR).await.status, 201);
    let data = world.get(Role::EmspNoPki, &format!("/opnc/v1/ccp/contractData/emaid/{EMAID}")).await.json();
    let leaf = data["contractDataCollection"][0]["contractCertificate"].clone();
    let leaf = opnc_messages::CertificateDer::parse(leaf.as_str().unwrap()).unwrap();
    let before = kinds(&world.ecosystem).await.len();
    let request = RevokeCertificateReq { certificate: leaf, revocation_reason: RevocationReason::KeyCompromise };
    world.ecosystem.client(Role::EmspNoPki).revoke_cert(&request).await.unwrap();
    assert_eq!(since(&world, before).await, ["contract.deleted"]);

    assert_eq!(world.generate(EMAID, CAR).await.status, 201);
    // The contract ends after a year, and is kept for a month; the car goes much later. Older events have gone by then.
    world.ecosystem.clock.advance(86_400 * 400);
    jobs::run_due(&world.ecosystem.ecosystem).await.unwrap();
    assert_eq!(kinds(&world.ecosystem).await, ["contract.deleted"]);
}

/// Once each, however often the job runs; and who adds the root again hears nothing new.
#[tokio::test]
async fn the_end_of_a_root_is_told_once() {
    let world = World::begin().await;
    let ecosystem = &world.ecosystem.ecosystem;
    assert_eq!(kinds(&world.ecosystem).await.len(), 3, "three roots were added");
    assert_eq!(rcp::tell_expired(ecosystem).await.unwrap(), 0);
    world.ecosystem.clock.advance(86_400 * 366 * 60);
    let ran = jobs::run_due(ecosystem).await.unwrap();
    assert!(ran.iter().any(|(name, done)| *name == "root-expiry" && done.is_ok()), "{ran:?}");
    let told = kinds(&world.ecosystem).await.into_iter().filter(|kind| kind == "root.cert.expired").count();
    assert_eq!(told, 3);
    assert_eq!(rcp::tell_expired(ecosystem).await.unwrap(), 0);
}

/// E2: a root's deletion is told as a revocation.
#[tokio::test]
async fn roots_come_and_go() {
    let world = World::begin().await;
    let events = all(&world.ecosystem).await;
    assert!(events.iter().all(|event| EventKind::parse(&event.kind) == Some(EventKind::RootAdded)), "{events:?}");
    let path = format!("/opnc/v1/rcp/rootcertificates/{}", world.emsp.root().fingerprint());
    assert_eq!(world.delete(Role::Admin, &path).await.status, 200);
    assert_eq!(since(&world, events.len()).await, ["root.cert.revoked"]);
}
