//! The 17 and the 18 character form of a PCID, both published, are two cars.

use opnc_messages::Role;
use opnc_services::{ServiceError, pcp};

use crate::world::{EMAID, PCID, World, caller, pcid};

const LONG: &str = "WAA000000000000015";

/// The car has another key than the one its twin's contract is encrypted for.
#[tokio::test]
async fn a_car_does_not_get_the_contract_of_its_twin() {
    let mut world = World::new().await;
    world.generate(EMAID, PCID).await.unwrap();
    let twin = world.oem_pki.leaf(LONG);
    world.publish(&twin).await.unwrap();
    let refused = world.install(&twin, std::slice::from_ref(&world.v2g_root)).await.unwrap_err();
    assert!(matches!(refused, ServiceError::Installation { missing: Some(_), .. }), "{refused:?}");
    world.install(&world.car, std::slice::from_ref(&world.v2g_root)).await.unwrap();
}

#[tokio::test]
async fn a_car_keeps_its_contract_when_its_twin_goes() {
    let mut world = World::new().await;
    world.generate(EMAID, PCID).await.unwrap();
    let (twin, renewed) = (world.oem_pki.leaf(LONG), world.oem_pki.leaf(LONG));
    world.publish(&twin).await.unwrap();
    world.publish(&renewed).await.unwrap();
    assert_eq!(world.contracts(EMAID).await.len(), 1, "lost with the old key of the twin");
    pcp::delete(&caller(Role::Oem), &world.ecosystem, &pcid(LONG), None, false).await.unwrap();
    assert_eq!(world.contracts(EMAID).await.len(), 1, "lost with the twin");
}
