//! A root is worth what the operator says it is worth now.

use opnc_messages::ids::RootId;
use opnc_messages::{Role, RootType};
use opnc_services::{ServiceError, rcp};

use crate::world::{EMAID, PCID, World, caller};

/// The CPS and the eMSP CA hang from the V2G root: when that becomes a root of another type, no car and no station will
/// accept what they sign.
#[tokio::test]
async fn nothing_is_signed_under_a_root_that_lost_its_type() {
    for root_type in [RootType::Oem, RootType::Pe, RootType::Emsp] {
        let world = World::new().await;
        world.trust(&world.v2g_root, root_type).await;
        let error = world.generate(EMAID, PCID).await.expect_err("no V2G root is left");
        assert!(matches!(error, ServiceError::Unavailable(_)), "{error:?}");
        assert!(world.contracts(EMAID).await.is_empty());
    }
}

/// Nothing new validates against a root that was taken out, and so nobody's contract key is encrypted for a car of it.
#[tokio::test]
async fn no_contract_is_made_for_a_car_whose_root_is_gone() {
    let world = World::new().await;
    let root = RootId::Fingerprint(world.oem_pki.root().fingerprint());
    rcp::delete(&caller(Role::Admin), &world.ecosystem, &root).await.unwrap();
    let error = world.generate(EMAID, PCID).await.expect_err("the OEM is not trusted any more");
    assert!(matches!(&error, ServiceError::Invalid(texts) if texts[0].starts_with("pcid : ")), "{error:?}");
}
