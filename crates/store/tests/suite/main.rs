//! The store's suite: what every engine has to do alike. Each test gets an empty database from [`test_db::TestDb`].

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "all of this is test code, its helpers too: a panic is how a test fails"
)]

mod audit_and_outbox;
mod authorities;
mod chosen_elsewhere;
mod comparison;
mod concurrency;
mod contracts;
mod default_contracts;
mod delivering;
mod events;
mod issued;
mod messages;
mod migrations;
mod parties;
mod peer_roots;
mod peers;
mod provisioning;
mod restart;
mod roots;
mod samples;
mod schema;
mod statements;
mod test_db;
mod transactions;
mod wake;
