//! The contract that a car gets.

use opnc_messages::RootType;
use opnc_pki::hierarchy::Domain;
use opnc_services::ServiceError;
use opnc_store::contracts::{self, Contract};
use opnc_test_util::TestPki;

use crate::world::{BEGINS, EMAID, PCID, World};

/// One contract signed by two CPS: the car gets the signature that is still good, whichever was made last.
#[tokio::test]
async fn of_two_signatures_the_valid_one_is_delivered() {
    let world = World::new().await;
    world.generate(EMAID, PCID).await.unwrap();
    let other = TestPki::new(Domain::Cps, "Other", BEGINS.parse().unwrap());
    world.trust(other.root(), RootType::V2g).await;
    // As if the other root's CPS had signed last, with a certificate that is about to end.
    let newer = &Contract {
        id: world.ecosystem.new_id(),
        cps_root: other.root().fingerprint(),
        cps_not_after: "2026-06-02T12:00:00Z".parse().unwrap(),
        updated_at: "2026-06-01T13:00:00Z".parse().unwrap(),
        ..world.contracts(EMAID).await.remove(0)
    };
    let put = world.ecosystem.store().run_tx("second signature", |tx| {
        Box::pin(async move { contracts::put(tx, newer).await.map(drop).map_err(ServiceError::from) })
    });
    put.await.unwrap();
    world.clock.set("2026-06-03T12:00:00Z");
    let roots = [world.v2g_root.clone(), other.root().clone()];
    assert_eq!(world.install(&world.car, &roots).await.unwrap().to_string(), EMAID);
}
