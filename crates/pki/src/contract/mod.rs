//! Contract data: how a contract certificate and its private key reach a car through hands that must not read it.
//!
//! The eMSP wraps the contract key to the provisioning certificate of the car, the CPS signs the result, anybody may
//! carry it, and the car checks all of it before it accepts. Each edition of ISO 15118 has a module with its own
//! algorithms and messages; what they share lies beside them.

mod chains;
pub mod iso2;
pub mod iso20;
mod kdf;
mod opened;
mod report;
mod request_error;
mod sign_error;
mod signature;
mod wrap_error;

pub use chains::{MAX_ROOTS, MAX_SUB_CERTIFICATES};
pub use opened::Contract;
pub use report::{Check, Entry, Failure, Report};
pub use request_error::RequestError;
pub use sign_error::SignError;
pub use signature::AlgorithmError;
pub use wrap_error::WrapError;
