//! A car of both generations has a default in each, chosen and lost apart.

use super::*;

#[tokio::test]
async fn each_generation_has_a_default_of_its_own() {
    let mut both = Both::begin().await;
    let old = both.world.car(PCID).await;
    let (new, _) = both.car(PCID).await;
    let (shared, only_old, only_new) = ("DEDDDC00000001", "DEDDDC00000002", "DEDDDC00000003");
    for emaid in [only_old, shared] {
        assert_eq!(both.world.generate(emaid, PCID).await.status, 201);
    }
    for emaid in [only_new, shared] {
        assert_eq!(both.generate(emaid, PCID).await.status, 201);
    }
    // The first of each.
    assert_eq!(both.world.installed(&old.vehicle).await, only_old);
    assert_eq!(both.gets(&new, 1, &[]).await, named(&[(only_new, 1)]));
    // A choice holds wherever the car has the contract.
    assert_eq!(both.world.set_default(shared, PCID).await.status, 200);
    assert_eq!(both.world.installed(&old.vehicle).await, shared);
    assert_eq!(both.gets(&new, 1, &[]).await, named(&[(shared, 1)]));
    assert_eq!(both.world.set_default(only_new, PCID).await.status, 200);
    assert_eq!(both.world.installed(&old.vehicle).await, shared);
    assert_eq!(both.gets(&new, 1, &[]).await, named(&[(only_new, 1)]));
    // The default of one generation goes, and another follows there alone.
    assert_eq!(both.world.delete(Role::EmspNoPki, &format!("{INSTALL}/{only_new}")).await.status, 200);
    assert_eq!(both.gets(&new, 1, &[]).await, named(&[(shared, 0)]));
    assert_eq!(both.world.installed(&old.vehicle).await, shared);
    assert_eq!(both.world.set_default(only_new, PCID).await.status, 400);
}
