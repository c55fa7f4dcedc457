//! One binary for the tests that look at the codec from outside: each kind of input is a module.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "all of this is test code, its helpers too: a panic is how a test fails"
)]

mod content;
mod data;
mod iso20;
mod messages;
mod properties;
mod refused;
mod vectors;
