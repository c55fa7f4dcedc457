//! Certificate signing requests (PKCS #10, RFC 2986).
//!
//! A request is read in every form in which EST clients send it, and within bounds: nothing of what it asks for beyond key
//! and name is looked at, but it must be well formed.

mod attributes;
mod body;
mod error;
mod proof;
mod read;

use std::ops::Range;

use der::asn1::ObjectIdentifier;

use crate::certificate::Name;
use crate::key::PublicKey;

pub use attributes::attributes;
pub use error::CsrError;

/// The most bytes of DER that a request may have: a key of secp521r1 with a full name and a few extensions has 500.
pub const MOST_BYTES: usize = 8 * 1024;
/// The most attributes, and the most extensions in one of them, that a request may have.
pub const MOST_PARTS: usize = 32;

/// A request that is well formed. Whether its sender has the private key, [`Csr::verify`] tells.
#[derive(Debug, Clone)]
pub struct Csr {
    der: Vec<u8>,
    /// Where the signed part lies in `der`.
    signed: Range<usize>,
    subject: Name,
    public_key: PublicKey,
    signature_algorithm: ObjectIdentifier,
    signature: Vec<u8>,
}

impl Csr {
    /// Reads the body of an enrolment: PEM, base64 of PEM, base64 of DER with line breaks or without, or DER.
    ///
    /// # Errors
    /// [`CsrError`] says what is wrong; no input panics.
    pub fn read(body: &[u8]) -> Result<Self, CsrError> {
        read::read(&body::der_of(body)?)
    }

    /// The whole request in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The name that is asked for.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The key that is to be certified.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Proof of possession: that the request is signed with the private key of its public key.
    ///
    /// With a key of an ECDSA curve, SHA-256, SHA-384 and SHA-512 are taken, whatever the certificate will use: `openssl req`
    /// signs with SHA-256 on every curve.
    ///
    /// # Errors
    /// [`CsrError::SignatureAlgorithm`] for another kind of signature, [`CsrError::Signature`] for a wrong one.
    pub fn verify(&self) -> Result<(), CsrError> {
        proof::verify(self)
    }
}

#[cfg(test)]
mod tests;
