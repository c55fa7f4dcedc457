//! The server as its callers see it: real requests over loopback, each test against an ecosystem of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is test code, its helpers too: a panic is how a test fails"
)]

mod access;
mod bodies;
mod errors;
mod est;
mod headers;
mod health;
mod http2;
mod identity;
mod issuers;
mod lifecycle;
mod limits;
mod log;
mod metrics;
mod oauth;
mod openapi;
mod parameters;
mod revocation_check;
mod status;
mod story;
mod tls;
mod tokens;
mod tools;
mod traces;
mod trust;
mod trust_questions;
mod versions;
