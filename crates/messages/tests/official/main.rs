//! Our types against the official OpenAPI files, which are not part of this repository.
//!
//! The files drive the comparison: a schema, property, enum value, example or path that we have no answer for fails.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it skips"
)]

mod examples;
mod files;
mod operations;
mod readers;
mod sample;
mod schemas;
