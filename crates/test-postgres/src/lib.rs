//! PostgreSQL for tests: databases that are made quickly and go by themselves, and servers that can be stopped.
//!
//! `$OPNC_TEST_POSTGRES` is the URL of a server on which databases may be made. With `$OPNC_TEST_ENGINE` set to
//! `postgres`, tests that do not care about the engine use it; without, they use SQLite.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "all of this is test code: a panic is how a test fails"
)]

mod database;
mod server;
mod skip;

pub use database::Database;
pub use server::Server;
pub use skip::skip;

/// The URL of the server for tests, when there is one.
pub fn url() -> Option<String> {
    std::env::var("OPNC_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// Whether tests that run on any engine are to run on PostgreSQL now.
pub fn is_chosen() -> bool {
    match std::env::var("OPNC_TEST_ENGINE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite" | "") | Err(_) => false,
        Ok(other) => panic!("OPNC_TEST_ENGINE is {other:?}: it can be sqlite or postgres"),
    }
}
