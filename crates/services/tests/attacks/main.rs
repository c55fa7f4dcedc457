//! What a party could try in order to harm others, or itself by accident, tried against the services themselves.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is test code, its helpers too: a panic is how a test fails"
)]

mod defaults;
mod founding;
mod guessing;
mod key_change;
mod revoked;
mod roots;
mod twins;
mod world;
