//! Scenarios over whole ecosystems, over real HTTP.

mod access;
mod bad_input;
mod decisions;
mod decisions_bodies;
mod delivery;
mod endpoints;
mod events;
mod federation;
mod four_eyes;
mod installation;
mod iso20;
mod model;
mod privacy;
mod real_input;
mod renewal;
mod story;
mod trust;
mod writers;

use opnc_test_util::TestEcosystem;

/// The kinds of the events that wait in the outbox, oldest first.
async fn kinds(ecosystem: &TestEcosystem) -> Vec<String> {
    let mut reader = ecosystem.ecosystem.store().read().await.unwrap();
    let waiting = opnc_store::outbox::waiting(&mut reader).await.unwrap();
    waiting.into_iter().map(|event| event.kind).collect()
}
