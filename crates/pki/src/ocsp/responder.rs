//! Who answers: the CA itself, or somebody to whom it has given a certificate for that (RFC 6960, 4.2).

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag};
use jiff::Timestamp;

use super::request::nonce_extension;
use super::{BASIC, CertId, Status};
use crate::asn1::{SignError, explicit, generalized_time, octets, sequence, signed, wrap};
use crate::certificate::Certificate;
use crate::issue::IssueError;
use crate::key::{Signer, sha1};

/// A certificate and its key, with which answers are signed.
#[derive(Debug, Clone)]
pub struct Responder {
    certificate: Certificate,
    signer: Signer,
    delegated: bool,
}

/// The answer about one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single {
    /// Which.
    pub id: CertId,
    /// What is said.
    pub status: Status,
    /// The time at which it was known to be so.
    pub this_update: Timestamp,
    /// The time at which there will be newer information.
    pub next_update: Option<Timestamp>,
}

/// Why there is no answer (`OCSPResponseStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// What came is no request.
    Malformed,
    /// The responder failed.
    Internal,
    /// The responder cannot answer now.
    TryLater,
    /// Requests must be signed.
    SignatureRequired,
    /// The responder does not answer for this issuer.
    Unauthorized,
}

impl Failure {
    const CODES: [(Self, u8); 5] = [
        (Self::Malformed, 1),
        (Self::Internal, 2),
        (Self::TryLater, 3),
        (Self::SignatureRequired, 5),
        (Self::Unauthorized, 6),
    ];

    /// An answer that says so, unsigned.
    pub fn to_der(self) -> Vec<u8> {
        let code = Self::CODES.into_iter().find(|(failure, _)| *failure == self).map_or(2, |(_, code)| code);
        vec![0x30, 3, 0x0a, 1, code]
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::CODES.into_iter().find(|(_, own)| *own == code).map(|(failure, _)| failure)
    }
}

impl Responder {
    /// A responder that a CA has authorised by a certificate, which goes with every answer.
    ///
    /// # Errors
    /// [`IssueError::WrongSigner`] when the key is not that of the certificate.
    pub fn delegated(certificate: Certificate, signer: Signer) -> Result<Self, IssueError> {
        Self::new(certificate, signer, true)
    }

    /// The CA itself.
    ///
    /// # Errors
    /// As [`Responder::delegated`].
    pub fn authority(certificate: Certificate, signer: Signer) -> Result<Self, IssueError> {
        Self::new(certificate, signer, false)
    }

    fn new(certificate: Certificate, signer: Signer, delegated: bool) -> Result<Self, IssueError> {
        if certificate.public_key() != signer.public_key() {
            return Err(IssueError::WrongSigner);
        }
        Ok(Self { certificate, signer, delegated })
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Signs an answer.
    ///
    /// # Errors
    /// [`SignError`] when the signer fails.
    pub fn sign(&self, singles: &[Single], nonce: Option<&[u8]>, produced_at: Timestamp) -> Result<Vec<u8>, SignError> {
        let key_hash = octets(&sha1(self.certificate.public_key().point()))?;
        let mut list = Vec::new();
        for single in singles {
            list.extend(single.to_der()?);
        }
        let extensions = match nonce {
            Some(nonce) => wrap(explicit(1), &[&sequence(&[&nonce_extension(nonce)?])?])?,
            None => Vec::new(),
        };
        let data = sequence(&[
            &wrap(explicit(2), &[&key_hash])?,
            &generalized_time(produced_at)?,
            &sequence(&[&list])?,
            &extensions,
        ])?;
        let certificates = match self.delegated {
            true => wrap(explicit(0), &[&sequence(&[self.certificate.der()])?])?,
            false => Vec::new(),
        };
        let basic = signed(&data, &self.signer, &certificates)?;
        let bytes = sequence(&[&BASIC.to_der()?, &octets(&basic)?])?;
        Ok(sequence(&[&wrap(Tag::Enumerated, &[&[0]])?, &wrap(explicit(0), &[&bytes])?])?)
    }
}

impl Single {
    fn to_der(&self) -> Result<Vec<u8>, der::Error> {
        let next_update = match self.next_update {
            Some(at) => wrap(explicit(0), &[&generalized_time(at)?])?,
            None => Vec::new(),
        };
        sequence(&[self.id.der(), &self.status.to_der()?, &generalized_time(self.this_update)?, &next_update])
    }
}

/// `id-kp-OCSPSigning` (RFC 6960, 4.2.2.2).
pub(crate) const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
