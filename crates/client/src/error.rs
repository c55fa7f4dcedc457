//! What can go wrong between a client and a service.

use crate::outbound::OutboundError;
use opnc_messages::{ErrorBody, Problems};

/// Why an operation did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The base or token URL cannot be used.
    #[error("{url:?} is no http or https URL to send requests to")]
    Url {
        /// The URL as it was given.
        url: String,
    },
    /// The service refused, and said why.
    #[error("the service answered {status}: {}", body.error_messages.join(" "))]
    Api {
        /// The HTTP status.
        status: u16,
        /// What the service said, with the number under which its operator finds the request.
        body: ErrorBody,
        /// In how many seconds to come again, when it says so (`Retry-After`).
        retry_after: Option<u64>,
    },
    /// Something answered that is no success, and not in the manner of OPNC: a proxy, a redirect, another server.
    #[error("the service answered {status} without an OPNC error body: {text}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The start of the answer's body.
        text: String,
        /// In how many seconds to come again, when it says so (`Retry-After`).
        retry_after: Option<u64>,
    },
    /// The token endpoint gave no token.
    #[error("no token: the token endpoint answered {status}: {reason}")]
    Token {
        /// The HTTP status.
        status: u16,
        /// What it said, or what is wrong with what it said.
        reason: String,
    },
    /// There is no token, and no answer of the token endpoint that says why.
    #[error("no token: {0}")]
    NoToken(String),
    /// The service could not be reached, or did not answer in time.
    #[error("the service could not be reached: {}", deepest(.0))]
    Transport(#[source] reqwest::Error),
    /// A client certificate that cannot be shown.
    #[error("the client certificate and its private key cannot be used: {0}")]
    Certificate(String),
    /// The URL may not be requested, or nothing may be sent to its address.
    #[error(transparent)]
    Refused(#[from] OutboundError),
    /// The answer is larger than any answer of OPNC.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes that are read.
        limit: usize,
    },
    /// The answer is a success whose body is not what the operation documents.
    #[error("the answer cannot be read: {}", .0.join(" "))]
    Unreadable(Problems),
    /// The request's body could not be written as JSON.
    #[error("the request cannot be written: {0}")]
    Unwritable(#[source] serde_json::Error),
}

impl ClientError {
    /// The HTTP status of the answer, when there was one that is no success.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api { status, .. } | Self::Status { status, .. } | Self::Token { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// In how many seconds to come again, when the service says so in seconds.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Api { retry_after, .. } | Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// What lies below all that is wrapped around it: the text that says something.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}

impl From<reqwest::Error> for ClientError {
    /// Without the URL: it holds identifiers of people, and errors end in logs.
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error.without_url())
    }
}
