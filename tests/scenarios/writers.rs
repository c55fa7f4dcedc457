//! Many writers of one EMAID at once: one state at the end, and nothing half written.

use std::sync::Arc;

use opnc_messages::{Role, texts};
use opnc_test_util::World;
use tokio::task::JoinSet;

use super::kinds;

const EMAID: &str = "DEDDD000000001";
const WRITERS: usize = 32;

fn pcid(number: usize) -> String {
    format!("WAA000000000{number:05}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_pair() {
    let mut world = World::begin().await;
    let car = world.car(&pcid(0)).await;
    let before = kinds(&world.ecosystem).await.len();
    let issued = world.ecosystem.snapshot().await.count("issued_certificates");
    let world = Arc::new(world);
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let world = Arc::clone(&world);
        writers.spawn(async move { world.generate(EMAID, &pcid(0)).await });
    }
    for answer in writers.join_all().await {
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let after = world.ecosystem.snapshot().await;
    assert_eq!((after.count("contracts"), after.count("emaids"), after.count("default_contracts")), (1, 1, 1));
    assert_eq!(after.count("issued_certificates") - issued, WRITERS, "each certificate that was signed is known");
    assert_eq!(kinds(&world.ecosystem).await[before], "contract.created");
    let updates = kinds(&world.ecosystem).await[before..].iter().filter(|kind| *kind == "contract.updated").count();
    assert_eq!(updates, WRITERS - 1);
    // Whole: the message, its certificate and the key in it are of one writer.
    assert_eq!(world.installed(&car.vehicle).await, EMAID);
    let shown = world.get(Role::Oem, &format!("/opnc/v1/ccp/contractData/pcid/{}", pcid(0))).await.json();
    let contract = world.accept(&car.vehicle, &world.install(&car.vehicle, "00").await, "00").unwrap();
    let leaf = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, contract.chain[0].der());
    assert_eq!(shown["contractDataCollection"][0]["contractCertificate"], leaf);
}

#[tokio::test(flavor = "multi_thread")]
async fn different_cars() {
    let mut world = World::begin().await;
    let mut cars = Vec::new();
    for number in 0..WRITERS {
        cars.push(world.car(&pcid(number)).await);
    }
    let before = world.ecosystem.snapshot().await;
    let world = Arc::new(world);
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let world = Arc::clone(&world);
        writers.spawn(async move { (number, world.generate(EMAID, &pcid(number)).await) });
    }
    let mut winners = Vec::new();
    for (number, answer) in writers.join_all().await {
        if answer.status == 201 {
            winners.push(number);
        } else {
            assert_eq!(answer.status, 400, "{}", answer.text);
            assert_eq!(answer.messages(), [texts::EMAID_USED_BY_OTHER_PCID]);
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    let after = world.ecosystem.snapshot().await;
    assert_eq!(world.installed(&cars[winners[0]].vehicle).await, EMAID);
    for table in ["contracts", "emaids", "default_contracts", "issued_certificates", "outbox", "audit"] {
        assert_eq!(after.count(table) - before.count(table), 1, "{table}");
    }
}

/// A car that gets a new key while contracts are made for it: none for the old key stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_while_contracts_are_made() {
    let mut world = World::begin().await;
    let first = world.car(&pcid(0)).await;
    let renewed = world.oem.leaf(&pcid(0));
    let world = Arc::new(world);
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let (world, first, renewed) = (Arc::clone(&world), first.leaf.clone(), renewed.clone());
        writers.spawn(async move {
            match number % 8 {
                0 => world.publish(&first).await.status,
                4 => world.publish(&renewed).await.status,
                _ => world.generate(&format!("DEDDD{number:09}"), &pcid(0)).await.status,
            }
        });
    }
    for status in writers.join_all().await {
        assert!([200, 201, 400].contains(&status), "{status}");
    }
    consistent(&world).await;
}

/// A car that is taken out of the pool while contracts are made for it leaves none behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_car_that_goes_while_contracts_are_made() {
    let mut world = World::begin().await;
    let mut cars = Vec::new();
    for number in 0..4 {
        cars.push(world.car(&pcid(number)).await);
    }
    let world = Arc::new(world);
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let world = Arc::clone(&world);
        writers.spawn(async move {
            let car = pcid(number % 4);
            if number / 4 == 3 {
                let path = format!("/opnc/v1/pcp/provisioningcertificates/{car}");
                world.delete(Role::Oem, &path).await.status
            } else {
                world.generate(&format!("DEDDD{number:09}"), &car).await.status
            }
        });
    }
    for status in writers.join_all().await {
        assert!([200, 201, 400].contains(&status), "{status}");
    }
    consistent(&world).await;
    let end = world.ecosystem.snapshot().await;
    assert_eq!((end.count("provisioning"), end.count("contracts"), end.count("emaids")), (0, 0, 0));
    for car in &cars {
        assert_eq!(world.install(&car.vehicle, "00").await.status, 404);
    }
}

/// Every contract is for the key that its car has now.
async fn consistent(world: &World) {
    use opnc_messages::ids::Pcid;
    use opnc_store::{contracts, provisioning};
    let mut reader = world.ecosystem.ecosystem.store().read().await.unwrap();
    for number in 0..4 {
        let car = Pcid::parse(&pcid(number)).unwrap();
        let published = provisioning::of_pcid(&mut reader, &car).await.unwrap();
        for contract in contracts::of_pcid(&mut reader, &car).await.unwrap() {
            let key = published.first().map(|car| car.public_key_hash);
            assert_eq!(key, Some(contract.provisioning_key_hash), "{} of {}", contract.emaid, contract.pcid);
        }
    }
}
