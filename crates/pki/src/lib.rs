//! Certificates, keys, profiles, chains and contract data of the Plug & Charge PKIs.
//!
//! Everything here is a function of its arguments: time, randomness and keys are given, nothing is fetched.

mod clock;
pub mod key;

pub use clock::{Clock, SystemClock};
