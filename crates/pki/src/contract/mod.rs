//! Contract data: how a contract certificate and its private key reach a car through hands that must not read it.
//!
//! The eMSP wraps the contract key to the provisioning certificate of the car, the CPS signs the result, anybody may
//! carry it, and the car checks all of it before it accepts. Each edition of ISO 15118 has a module with its own
//! algorithms and messages; what they share lies beside them.

pub mod iso2;
mod kdf;
