//! Real things made cheap, for tests: a whole ecosystem on a loopback port, a clock that can be set, cars.
//!
//! Nothing here is a mock: the database is SQLite or PostgreSQL, the keys are real, calls go over HTTP. A function that fails panics,
//! because that is how a test ends.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

mod bodies;
pub mod calls;
mod clock;
mod ecosystem;
pub mod federation;
mod forge;
mod party;
mod pki;
mod processor;
mod receiver;
mod shared;
mod snapshot;
mod test_db;
mod world;

pub use bodies::{chain_body, generate_body, provisioning_body, root_body, sign_body};
pub use clock::TestClock;
pub use ecosystem::{TestEcosystem, TestOptions};
pub use forge::resigned;
pub use party::TestParty;
pub use pki::{TestPki, vehicle};
pub use processor::processor_time;
pub use receiver::{Behaviour, Received, Receiver};
pub use shared::{shared, skip};
pub use snapshot::Snapshot;
pub use test_db::TestDb;
pub use world::{Car, ISO2, World, exi_of, session_id};
