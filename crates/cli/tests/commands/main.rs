//! The built program, run as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "all of this is test code, its helpers too: a panic is how a test fails"
)]

mod decode;
mod demo;
mod help;
mod openssl;
mod operate;
mod run;
mod sandbox;
mod show;
mod tampered;
mod trust;
mod verify_chain;
mod verify_message;
