//! Why bytes or text are not a certificate that we read.

use der::asn1::ObjectIdentifier;
use opnc_messages::CertificateTextError;
use thiserror::Error;

use crate::key::KeyError;

/// A certificate cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// The text around the certificate is wrong.
    #[error(transparent)]
    Text(#[from] CertificateTextError),
    /// The bytes are not DER, or not in the order of a certificate.
    #[error("the certificate is not well-formed DER: {0}")]
    Der(#[from] der::Error),
    /// More bytes than the certificate.
    #[error("{0} bytes follow the certificate")]
    TrailingBytes(usize),
    /// Not X.509 version 3.
    #[error("the certificate is of X.509 version {0}; version 3 is needed")]
    Version(u32),
    /// The algorithm in the signed part is not the one beside the signature.
    #[error("the signature algorithm inside the signed part differs from the one of the signature")]
    AlgorithmMismatch,
    /// A date that does not exist, or is written in a form that RFC 5280 does not allow.
    #[error("{0:?} is not a date of a certificate")]
    Date(String),
    /// The public key is broken or of another kind.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An extension stands twice.
    #[error("the extension {0} occurs more than once")]
    DuplicateExtension(ObjectIdentifier),
    /// The content of an extension is wrong.
    #[error("the extension {name} is malformed: {source}")]
    Extension {
        /// Its name.
        name: &'static str,
        /// What is wrong.
        source: der::Error,
    },
}
