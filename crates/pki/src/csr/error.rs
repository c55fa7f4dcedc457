//! Why a signing request is refused.

use thiserror::Error;

use crate::certificate::CertificateError;
use crate::key::KeyError;

/// A signing request cannot be read, or does not prove what it must.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CsrError {
    /// There is nothing in the body.
    #[error("the body is empty: send a certificate signing request (PKCS #10)")]
    Empty,
    /// The body is in none of the known forms.
    #[error("the body is no certificate signing request: neither PEM, nor base64 of PEM or DER, nor DER")]
    Encoding,
    /// It holds something else, such as a certificate.
    #[error("the PEM text holds {0}, not CERTIFICATE REQUEST")]
    Label(String),
    /// More bytes than any request needs.
    #[error("the request has {length} bytes of DER; at most {limit} are read")]
    TooLong {
        /// How many it has.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The bytes are not DER, or not in the order of a request.
    #[error("the request is not well-formed DER of PKCS #10: {0}")]
    Der(#[from] der::Error),
    /// More bytes than the request.
    #[error("{0} bytes follow the request")]
    TrailingBytes(usize),
    /// There is one version only.
    #[error("the request is not of version 1 of PKCS #10")]
    Version,
    /// More attributes or extensions than any request needs.
    #[error("the request has more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many it may have.
        limit: usize,
    },
    /// The name is broken.
    #[error("the subject of the request: {0}")]
    Subject(CertificateError),
    /// The key is broken or of another kind.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signature is of another kind than the key.
    #[error("the request is signed with the algorithm {found}, which does not belong to a key of {key}")]
    SignatureAlgorithm {
        /// The object identifier of the signature.
        found: String,
        /// The algorithm of the key.
        key: &'static str,
    },
    /// The sender does not have the private key, or the request was changed.
    #[error("the signature of the request is not made with the private key of its public key")]
    Signature,
}
