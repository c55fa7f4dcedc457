//! Chains that hold, chains that do not and why, and the same verdicts as openssl's.

mod bounds;
mod differential;
mod domains;
mod faults;
pub(crate) mod forge;
mod iso20;
mod paths;
mod real;

use jiff::Timestamp;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    time("2026-01-01T00:00:00Z")
}
