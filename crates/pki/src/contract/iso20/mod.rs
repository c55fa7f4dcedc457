//! Contract data of ISO 15118-20: secp521r1 or Ed448 signatures, contract keys wrapped with AES-256-GCM.
//!
//! The order of life: [`wrap()`] at the eMSP, [`sign()`] at the CPS, [`deliver`] when a car asks with a request that
//! [`verify_request`] has checked, [`accept()`] in the car. A car may get several contracts, each in a message of its own.
//!
//! Keys of secp521r1 are wrapped and opened here. Those for a car with an X448 key or a TPM are made elsewhere: they are
//! checked for form, signed and carried. What is a reading of the standard that nobody has confirmed is in
//! `docs/spec-notes.md`.

mod accept;
mod associated_data;
mod carrier;
mod chains;
mod deliver;
mod open;
mod request;
mod sign;
mod verify;
mod wrap;

pub use super::chains::MAX_ROOTS;
pub use super::opened::Contract;
pub use super::report::{Check, Entry, Failure, Report};
pub use super::request_error::RequestError;
pub use super::sign_error::SignError;
pub use super::signature::AlgorithmError;
pub use super::wrap_error::WrapError;
pub use accept::{Receiver, accept};
pub use associated_data::KeyIdForm;
pub use carrier::{ENCRYPTED_KEY_LENGTH, WrappedKey};
pub use chains::verify_chains;
pub use deliver::{Delivery, deliver};
pub use open::open;
pub use request::{Asked, InstallationRequest, request_installation, verify_request};
pub use sign::{ContractData, sign};
pub use verify::{SIGNED_ELEMENT, verify_message};
pub use wrap::{unwrap, wrap};
