//! Why the request of a car is not believed.

use opnc_exi::EncodeError;

use super::AlgorithmError;
use crate::certificate::CertificateError;
use crate::key::BadSignature;

/// Why a request was not made by the car it names.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestError {
    /// Another kind of message.
    #[error("the message is not a CertificateInstallationReq")]
    OtherMessage,
    /// The provisioning certificate cannot be read.
    #[error("the provisioning certificate in the request cannot be read: {0}")]
    Certificate(#[from] CertificateError),
    /// The header has no signature.
    #[error("the request is not signed")]
    NotSigned,
    /// Not exactly one reference.
    #[error("the signature refers to {0} elements, it must refer to one alone")]
    References(usize),
    /// The reference names something else.
    #[error("the signature refers to {uri:?}, the element to be signed has the Id {id:?}")]
    OtherElement {
        /// What the reference names, empty when it names nothing.
        uri: String,
        /// The `Id` of the element that must be signed: the request (-2), the provisioning chain (-20).
        id: String,
    },
    /// Another algorithm.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The request is not the one that was signed.
    #[error("the request is not what was signed: its digest differs")]
    Digest,
    /// A value in the request is not allowed by the schema.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The signature is not by the key of the provisioning certificate.
    #[error("the signature is not by the provisioning certificate in the request: {0}")]
    Signature(#[from] BadSignature),
}
