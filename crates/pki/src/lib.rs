//! Certificates, keys, profiles, chains and contract data of the Plug & Charge PKIs.
//!
//! Everything here is a function of its arguments: time, randomness and keys are given, nothing is fetched.

pub mod certificate;
mod clock;
pub mod key;

pub use certificate::{Certificate, CertificateError, Name};
pub use clock::{Clock, SystemClock};
