//! Contract data of ISO 15118-2: secp256r1, ECDSA with SHA-256, AES-128-CBC.
//!
//! The order of life: [`wrap()`] at the eMSP, [`sign()`] at the CPS, [`with_session_id`] when a car asks with a request that
//! [`verify_request`] has checked, [`accept()`] in the car.

mod accept;
mod chains;
mod element;
mod open;
mod request;
mod session;
mod sign;
mod verify;
mod wrap;

pub use super::chains::{MAX_ROOTS, MAX_SUB_CERTIFICATES};
pub use super::opened::Contract;
pub use super::report::{Check, Entry, Failure, Report};
pub use super::request_error::RequestError;
pub use super::sign_error::SignError;
pub use super::signature::AlgorithmError;
pub use super::wrap_error::WrapError;
pub use accept::accept;
pub use chains::verify_chains;
pub use element::SignedElement;
pub use open::open;
pub use request::{InstallationRequest, request_installation, verify_request};
pub use session::with_session_id;
pub use sign::{ContractData, sign};
pub use verify::verify_message;
pub use wrap::{ENCRYPTED_KEY_LENGTH, WrappedKey, unwrap, wrap};
