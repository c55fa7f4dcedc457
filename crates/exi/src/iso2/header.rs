//! `Header`: the session, a notification about an error, and the signature over the body.

use crate::xmldsig::Signature;

/// The header of a message. No signature covers it, so a backend may put another session into a stored message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The session between car and station, at most 8 bytes.
    pub session_id: Vec<u8>,
    /// Why a request failed.
    pub notification: Option<Notification>,
    /// The signature over elements of the body.
    pub signature: Option<Signature>,
}

/// Why a request failed, in the header of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The kind of error.
    pub fault_code: FaultCode,
    /// An explanation for people, at most 64 characters.
    pub fault_msg: Option<String>,
}

/// The kind of error of a [`Notification`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// `ParsingError`: the request could not be read.
    ParsingError,
    /// `NoTLSRootCertificatAvailable` (the standard's own spelling).
    NoTlsRootCertificateAvailable,
    /// `UnknownError`.
    UnknownError,
}

impl FaultCode {
    /// Every value, in the order of the schema, which gives their numbers in EXI.
    pub const ALL: [FaultCode; 3] =
        [FaultCode::ParsingError, FaultCode::NoTlsRootCertificateAvailable, FaultCode::UnknownError];

    /// The name in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            FaultCode::ParsingError => "ParsingError",
            FaultCode::NoTlsRootCertificateAvailable => "NoTLSRootCertificatAvailable",
            FaultCode::UnknownError => "UnknownError",
        }
    }
}
