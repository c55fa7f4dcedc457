//! Online certificate status (RFC 6960, with the narrower profile of RFC 5019 and the nonces of RFC 9654).
//!
//! Both sides: a responder reads a [`Request`] and signs an answer as a [`Responder`]; somebody who asks writes a request,
//! reads a [`Response`] and verifies it against the issuer.

mod cert_id;
mod request;
mod responder;
mod response;
mod status;
mod verify;

use der::asn1::ObjectIdentifier;

pub use cert_id::{CertId, IdHash};
pub use request::{MAX_CERT_IDS, MAX_REQUEST, Request, RequestError};
pub(crate) use responder::OCSP_SIGNING;
pub use responder::{Failure, Responder, Single};
pub use response::{BasicResponse, Response};
pub use status::Status;
pub(crate) use status::read_reason;
pub use verify::{Verified, VerifyError};

/// The media type of a request.
pub const REQUEST_TYPE: &str = "application/ocsp-request";
/// The media type of an answer.
pub const RESPONSE_TYPE: &str = "application/ocsp-response";

/// `id-pkix-ocsp-basic` (RFC 6960, 4.2.1).
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// `id-pkix-ocsp-nonce` (RFC 6960, 4.4.1).
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
/// The lengths that a nonce may have (RFC 9654, 2.1).
const NONCE_LENGTHS: std::ops::RangeInclusive<usize> = 1..=128;

#[cfg(test)]
mod tests;
