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
        /// What was not found (404); `None` when something is wrong (400).
        missing: Option<Missing>,
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
        /// When to ask again, where a peer has said so.
        retry_after_seconds: Option<u64>,
    },
    /// Nobody who was asked has it, and a peer that may have it is not asked for a while, because it fails.
    #[error("{message}")]
    LeftAlone {
        /// The words for what was not found.
        message: String,
        /// The ISO 15118 answer for a car that asks, as for a contract that is not there.
        exi: Option<InstallationAnswer>,
        /// When it is asked again.
        retry_after_seconds: u64,
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

/// What a car asks for that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The car is not known here.
    Car,
    /// The car has no contract here.
    Contract,
    /// The car has a contract here, and cannot get it now.
    Usable,
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

    /// The same refusal, of a car that has a contract here: no other ecosystem is asked for another one.
    pub(crate) fn of_own_contract(self) -> Self {
        match self {
            Self::Installation { message, missing: Some(_), exi } => {
                Self::Installation { message, missing: Some(Missing::Usable), exi }
            }
            other => other,
        }
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
