//! The client against a server that answers from a script.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "what is wrong in a test may end it")]

mod answers;
mod canned;
mod operations;
mod outbound;
mod tokens;
mod trust;
