//! Certificates as they are in the field.
//!
//! Read once, checked for form, and then only looked at: a [`Certificate`] is immutable and cheap to clone. Whether it may be
//! trusted is for [`crate::chain`] to say.

mod canonical;
mod error;
mod extensions;
mod key_usage;
mod name;
mod outline;
mod pem;
mod read;
mod size;
mod time;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;

use crate::key::{Algorithm, BadSignature, PublicKey, sha256};

pub use error::CertificateError;
pub use extensions::{BasicConstraints, CROSS_CERTIFICATE, Extensions};
pub use key_usage::KeyUsage;
pub use name::{Attribute, Name, NameError, attribute};
pub use outline::Outline;
pub use pem::chain_from_pem;
pub use size::{TooLong, check_size, is_near_limit};
pub(crate) use time::{read_time, to_der_time};

/// One X.509 version 3 certificate (RFC 5280). Equal when the DER bytes are.
#[derive(Clone)]
pub struct Certificate {
    inner: Arc<Inner>,
}

struct Inner {
    der: Vec<u8>,
    /// Where the to-be-signed part lies in `der`.
    signed: Range<usize>,
    fingerprint: Fingerprint,
    serial: Vec<u8>,
    signature_algorithm: ObjectIdentifier,
    signature: Vec<u8>,
    issuer: Name,
    subject: Name,
    not_before: Timestamp,
    not_after: Timestamp,
    public_key: PublicKey,
    extensions: Extensions,
}

impl Certificate {
    /// Reads DER.
    ///
    /// Accepted beyond the letter of RFC 5280, because it is in the field: key identifiers of any length, `cA FALSE` and
    /// `critical FALSE` written out, names in any order. Refused: bytes behind the certificate, versions other than 3,
    /// keys of algorithms that ISO 15118 does not use, extensions that stand twice or are malformed.
    ///
    /// # Errors
    /// [`CertificateError`] says what is wrong; no input panics.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        read::read(der, None).map(|inner| Self { inner: Arc::new(inner) })
    }

    /// Reads DER that this program has just made for `key`: half the work of reading is the check of the key.
    pub(crate) fn from_own_der(der: &[u8], key: &PublicKey) -> Result<Self, CertificateError> {
        read::read(der, Some(key)).map(|inner| Self { inner: Arc::new(inner) })
    }

    /// The same certificate with its real signature: `der` differs from the bytes of `self` in nothing else.
    pub(crate) fn with_signature(self, der: Vec<u8>, signature: Vec<u8>) -> Result<Self, CertificateError> {
        let signed = read::signed_range(&der, self.inner.signed.len())?;
        let key = self.inner.public_key.clone();
        match Arc::into_inner(self.inner) {
            Some(inner) => {
                let fingerprint = sha256(&der).into();
                Ok(Self { inner: Arc::new(Inner { der, signed, fingerprint, signature, ..inner }) })
            }
            None => Self::from_own_der(&der, &key),
        }
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// SHA-256 of the DER bytes.
    pub fn fingerprint(&self) -> Fingerprint {
        self.inner.fingerprint
    }

    /// Whose certificate it is.
    pub fn subject(&self) -> &Name {
        &self.inner.subject
    }

    /// Who signed it.
    pub fn issuer(&self) -> &Name {
        &self.inner.issuer
    }

    /// The serial number, big endian, without the zero byte that DER puts before a high bit.
    pub fn serial(&self) -> &[u8] {
        &self.inner.serial
    }

    /// First second of validity.
    pub fn not_before(&self) -> Timestamp {
        self.inner.not_before
    }

    /// Last second of validity. A certificate without end (`99991231235959Z`) shows the last time this type can hold.
    pub fn not_after(&self) -> Timestamp {
        self.inner.not_after
    }

    /// Whether `at` lies within the validity, both ends included.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.not_before() <= at && at.as_second() <= self.not_after().as_second()
    }

    /// The subject's public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.inner.public_key
    }

    /// Everything the extensions say.
    pub fn extensions(&self) -> &Extensions {
        &self.inner.extensions
    }

    /// The subject key identifier, of whatever length.
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.inner.extensions.subject_key_id.as_deref()
    }

    /// The key identifier of the issuer, when the certificate gives it.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.inner.extensions.authority_key_id.as_deref()
    }

    /// The key usage, when the certificate restricts it.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.inner.extensions.key_usage
    }

    /// The basic constraints, when they are there.
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.inner.extensions.basic_constraints
    }

    /// Whether the basic constraints say that this is a CA.
    pub fn is_ca(&self) -> bool {
        self.basic_constraints().is_some_and(|constraints| constraints.ca)
    }

    /// The purposes named by an extended key usage; empty without one.
    pub fn extended_key_usage(&self) -> &[ObjectIdentifier] {
        &self.inner.extensions.extended_key_usage
    }

    /// Where OCSP answers can be had.
    pub fn ocsp_urls(&self) -> &[String] {
        &self.inner.extensions.ocsp_urls
    }

    /// Where the revocation list lies.
    pub fn crl_urls(&self) -> &[String] {
        &self.inner.extensions.crl_urls
    }

    /// The first common name of the subject: the EMAID, PCID or EVSE ID of a leaf.
    pub fn common_name(&self) -> Option<&str> {
        self.subject().first(attribute::COMMON_NAME)
    }

    /// The domain components of the subject (`V2G`, `OEM`, `MO`, `CPS`…).
    pub fn domain_components(&self) -> impl Iterator<Item = &str> {
        self.subject().all(attribute::DOMAIN_COMPONENT)
    }

    /// Whether subject and issuer are the same name, as in a root. The signature is not looked at.
    pub fn is_self_issued(&self) -> bool {
        self.subject().matches(self.issuer())
    }

    /// The algorithm of the signature, when it is one that ISO 15118 uses. With another one the certificate can be read
    /// and not verified.
    pub fn signature_algorithm(&self) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.signature_oid() == self.inner.signature_algorithm)
    }

    /// The object identifier of the signature's algorithm, whatever it is.
    pub fn signature_oid(&self) -> ObjectIdentifier {
        self.inner.signature_algorithm
    }

    /// Whether `issuer` made the signature. Nothing else is compared.
    ///
    /// # Errors
    /// [`BadSignature`] also when the algorithm of the signature is not that of the key.
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), BadSignature> {
        if self.inner.signature_algorithm != issuer.algorithm().signature_oid() {
            return Err(BadSignature);
        }
        let signed = self.inner.der.get(self.inner.signed.clone()).unwrap_or_default();
        issuer.verify_der(signed, &self.inner.signature)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.inner.fingerprint == other.inner.fingerprint
    }
}

impl Eq for Certificate {}

impl Hash for Certificate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.fingerprint.hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} issued by {})", self.subject(), self.issuer())
    }
}

#[cfg(test)]
mod tests;
