//! Why a request was not done. The HTTP side turns these into status codes in one place.

use opnc_store::StoreError;

/// A refused or failed request.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The request is wrong; every problem found, in words for the integrator.
    #[error("{}", .0.join("; "))]
    Invalid(Vec<String>),
    /// The caller may not do this, or not with this identifier.
    #[error("{0}")]
    Forbidden(String),
    /// What was asked for is not there, and the caller may know that.
    #[error("{0}")]
    NotFound(String),
    /// A car's certificate installation was refused (OPNC decision B14).
    #[error("{message}")]
    Installation {
        /// The words for the `errorMessages`.
        message: String,
        /// Whether nothing was found (404) rather than something being wrong (400).
        missing: bool,
        /// The ISO 15118 answer that says the same to the car, unless the caller declined it.
        exi: Option<InstallationAnswer>,
    },
    /// The caller asks for too many things that do not exist.
    #[error("too many requests for unknown identifiers")]
    TooManyMisses {
        /// When it may ask again.
        retry_after_seconds: u64,
    },
    /// Nobody who could be asked has it, and a peer that may have it did not answer.
    #[error("a peer did not answer")]
    Incomplete {
        /// The ISO 15118 answer for a car that asks, as for a contract that is not there.
        exi: Option<InstallationAnswer>,
    },
    /// What the request needs is not there until the operator does something about it.
    #[error("{0}")]
    Unavailable(&'static str),
    /// The database cannot do it now, but a moment later it may.
    #[error("the database cannot do this now")]
    Database(#[source] StoreError),
    /// Something on our side failed; details go to the log, never to the caller.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An ISO 15118 response for the car that carries a failure.
#[derive(Debug, Clone)]
pub struct InstallationAnswer {
    /// The encoded `CertificateInstallationRes`.
    pub exi: Vec<u8>,
    /// The generation of ISO 15118 it is in.
    pub version: opnc_messages::IsoVersion,
}

impl ServiceError {
    /// A request with one problem.
    pub fn invalid(problem: impl Into<String>) -> Self {
        Self::Invalid(vec![problem.into()])
    }

    /// A failure of ours with its cause.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        if error.is_temporary() { Self::Database(error) } else { Self::internal(error) }
    }
}
