//! What is said to others about whom to trust: keys, bundles and lists, on both engines.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is test code, its helpers too: a panic is how a test fails"
)]

mod bundles;
mod ground;
mod keys;
mod lists;
