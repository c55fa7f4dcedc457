//! A car's provisioning key changes, or goes, while contract data are made for it.
//!
//! Contract data that come too late would stay for ever: what deletes those of the old key has been here already.

use opnc_messages::{Role, RootType};
use opnc_pki::hierarchy::Domain;
use opnc_services::{ServiceError, cps, pcp};
use opnc_test_util::{TestPki, generate_body, sign_body};
use tokio::task::{spawn, spawn_blocking};

use crate::world::{BEGINS, EMAID, ENDS, PCID, World, caller, pcid};

/// Runs `change` when the CPS is about to sign what `making` asked for; gives what came of that.
async fn meanwhile<T: Send + 'static>(
    world: &World,
    making: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
    change: impl Future<Output = Result<(), ServiceError>>,
) {
    let (comes, go) = world.gate.hold();
    let made = spawn(making);
    spawn_blocking(move || comes.recv().unwrap()).await.unwrap();
    change.await.unwrap();
    go.send(()).unwrap();
    let error = made.await.unwrap().err().expect("a refusal of contract data for a key that the car does not have");
    assert!(matches!(error, ServiceError::Invalid(_)), "{error:?}");
    assert!(world.contracts(EMAID).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_while_contract_data_are_generated() {
    let mut world = World::new().await;
    let (renewed, ecosystem) = (world.oem_pki.leaf(PCID), world.ecosystem.clone());
    let body = generate_body(EMAID, PCID, BEGINS, ENDS);
    let making = async move { cps::generate_and_sign(&caller(Role::EmspNoPki), &ecosystem, body).await };
    meanwhile(&world, making, world.publish(&renewed)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_car_that_goes_while_contract_data_are_generated() {
    let world = World::new().await;
    let ecosystem = world.ecosystem.clone();
    let body = generate_body(EMAID, PCID, BEGINS, ENDS);
    let making = async move { cps::generate_and_sign(&caller(Role::EmspNoPki), &ecosystem, body).await };
    let (oem, gone) = (caller(Role::Oem), pcid(PCID));
    meanwhile(&world, making, pcp::delete(&oem, &world.ecosystem, &gone, None, false)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_while_contract_data_are_signed() {
    let mut world = World::new().await;
    let mut emsp = TestPki::new(Domain::Emsp, "eMSP", BEGINS.parse().unwrap());
    world.trust(emsp.root(), RootType::Emsp).await;
    let (renewed, ecosystem) = (world.oem_pki.leaf(PCID), world.ecosystem.clone());
    let body = sign_body(EMAID, &emsp.leaf(EMAID), &world.car, Some(PCID));
    let making = async move { cps::sign(&caller(Role::EmspOwnPki), &ecosystem, body).await };
    meanwhile(&world, making, world.publish(&renewed)).await;
}
