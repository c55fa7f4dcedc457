//! A signer of contract data is renewed before it ends, and nobody notices but the auditor.

use std::time::Duration;

use opnc_messages::Role;
use opnc_services::{Caller, audit, jobs};
use opnc_test_util::World;
use uuid::Uuid;

const DAY: i64 = 86_400;

/// The end of each CPS certificate that is told.
async fn ends(world: &World) -> Vec<String> {
    let answer = world.get(Role::EmspOwnPki, "/opnc/v1/cps/cpsCertificates").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    let collection = body["cpsCertificateDataCollection"].as_array().unwrap();
    collection.iter().map(|one| one["validTo"].as_str().unwrap().to_owned()).collect()
}

async fn ran(world: &World) -> Vec<&'static str> {
    let ran = jobs::run_due(&world.ecosystem.ecosystem).await.unwrap();
    ran.into_iter()
        .map(|(name, result)| {
            result.unwrap();
            name
        })
        .collect()
}

#[tokio::test]
async fn contracts_go_on_with_the_old_signer_and_are_made_by_the_new_one() {
    let mut world =
        World::begin_with(|options| options.server.token_lifetime = Duration::from_secs(365 * 86_400)).await;
    let car = world.car("WAARENEWAL0000001").await;
    assert_eq!(world.generate("DEDDDRENEWALAA", "WAARENEWAL0000001").await.status, 201);
    let before = ends(&world).await;
    world.ecosystem.clock.advance(59 * DAY);
    assert!(ran(&world).await.contains(&"renew-signers"));
    assert_eq!(ends(&world).await, before, "it has time");
    world.ecosystem.clock.advance(2 * DAY);
    assert!(ran(&world).await.contains(&"renew-signers"));
    let after = ends(&world).await;
    assert_eq!(after.len(), before.len(), "one for one");
    assert!(after[0] > before[0], "{after:?} {before:?}");
    assert_eq!(world.installed(&car.vehicle).await, "DEDDDRENEWALAA", "what the old one has signed is good");

    // Far behind the end of the first signer: contracts are made and accepted as ever.
    world.ecosystem.clock.advance(35 * DAY);
    let other = world.car("WAARENEWAL0000002").await;
    let answer = world.generate("DEDDDRENEWALBB", "WAARENEWAL0000002").await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(world.installed(&other.vehicle).await, "DEDDDRENEWALBB");
    let operator = Caller::operator("jane", Uuid::nil());
    let rows = audit::list(&operator, &world.ecosystem.ecosystem, &Default::default(), 0, 1000).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.entry.operation == "RenewSigner").count(), 1);
}
