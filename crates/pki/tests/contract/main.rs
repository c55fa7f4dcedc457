//! Contract data against the outside: vectors of other people's code, a real message of a real CPS, and every flipped bit.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests: a panic is a failed test"
)]

mod hubject;
mod iso20;
mod made;
mod support;
mod tampering;
mod vectors;
