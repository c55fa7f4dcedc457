//! Contract data of ISO 15118-2: secp256r1, ECDSA with SHA-256, AES-128-CBC.
//!
//! The order of life: [`wrap()`] at the eMSP, [`sign()`] at the CPS, [`with_session_id`] when a car asks with a request that
//! [`verify_request`] has checked, [`accept()`] in the car.

mod accept;
mod chains;
mod element;
mod open;
mod report;
mod request;
mod session;
mod sign;
mod signature;
mod verify;
mod wrap;

pub use accept::accept;
pub use chains::verify_chains;
pub use element::SignedElement;
pub use open::{Contract, open};
pub use report::{Check, Entry, Failure, Report};
pub use request::{InstallationRequest, MAX_ROOTS, RequestError, request_installation, verify_request};
pub use session::with_session_id;
pub use sign::{ContractData, MAX_SUB_CERTIFICATES, SignError, sign};
pub use signature::AlgorithmError;
pub use verify::verify_message;
pub use wrap::{ENCRYPTED_KEY_LENGTH, WrapError, WrappedKey, unwrap, wrap};
