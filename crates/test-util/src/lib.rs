//! Real things made cheap, for tests: a whole ecosystem on a loopback port, a clock that can be set, cars.
//!
//! Nothing here is a mock: the database is SQLite, the keys are real, calls go over HTTP. A function that fails panics,
//! because that is how a test ends.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "all of this is test code")]

mod bodies;
mod clock;
mod ecosystem;
mod party;
mod pki;
mod shared;

pub use bodies::{chain_body, generate_body, provisioning_body, root_body, sign_body};
pub use clock::TestClock;
pub use ecosystem::{TestEcosystem, TestOptions};
pub use party::TestParty;
pub use pki::{TestPki, vehicle};
pub use shared::{shared, skip};
