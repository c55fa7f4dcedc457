//! Revocation lists (RFC 5280, 5): complete and numbered, one for each CA.
//!
//! Built by hand on `der`: the builder of `x509-cert` writes the issuer's own authority key identifier where its subject
//! key identifier belongs, and verifiers then do not find the signer.

mod build;
mod read;
mod verify;

use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use opnc_messages::pki::RevocationReason;

pub use build::Draft;
pub use read::Crl;
pub use verify::CrlError;

/// The media type of a list.
pub const CRL_TYPE: &str = "application/pkix-crl";

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// The serial number, as [`crate::Certificate::serial`] shows it.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: Timestamp,
    /// Why, when that was said.
    pub reason: Option<RevocationReason>,
}

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");

#[cfg(test)]
mod tests;
