//! One binary for the tests that belong to no single crate: each scenario and each rule about the repository is a module.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "all of this is test code, its helpers too: a panic is how a test fails"
)]

mod layers;
mod official;
mod repository;
mod scenarios;
mod skip;
mod text;
