//! Certificates, keys, profiles, chains and contract data of the Plug & Charge PKIs.
//!
//! Everything here is a function of its arguments: time, randomness and keys are given, nothing is fetched.

mod asn1;
pub mod certificate;
pub mod chain;
mod clock;
pub mod contract;
pub mod crl;
pub mod csr;
pub mod hierarchy;
pub mod issue;
pub mod key;
pub mod ocsp;
pub mod pkcs7;
pub mod profile;
pub mod resolve;

pub use asn1::SignError;
pub use certificate::{Certificate, CertificateError, Name};
pub use clock::{Clock, SystemClock};
