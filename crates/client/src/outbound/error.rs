//! Why a request to a stranger's URL brought nothing.

use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

/// Why there is no answer. Names the host and never the rest of the URL, which may hold identifiers of people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The URL cannot be used.
    #[error("the URL cannot be requested: {reason}")]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// The host is in a range that requests may not go to.
    #[error(
        "{host} is {address}, which is not on the public internet; the operator can allow such addresses (outbound.allow)"
    )]
    Refused {
        /// The host of the URL.
        host: String,
        /// One of its addresses.
        address: IpAddr,
    },
    /// The name of the host leads to no address.
    #[error("the name {host} cannot be resolved: {reason}")]
    Name {
        /// The host of the URL.
        host: String,
        /// What the resolver said.
        reason: String,
    },
    /// No answer came in time.
    #[error("{host} did not answer within {} seconds", limit.as_secs_f32())]
    TimedOut {
        /// The host of the URL.
        host: String,
        /// The time that was allowed.
        limit: Duration,
    },
    /// The connection could not be made, or broke.
    #[error("{host} cannot be reached: {reason}")]
    Transport {
        /// The host of the URL.
        host: String,
        /// What happened.
        reason: String,
    },
    /// The answer is larger than allowed.
    #[error("the answer of {host} is larger than {limit} bytes")]
    TooLarge {
        /// The host of the URL.
        host: String,
        /// The most bytes that are read.
        limit: usize,
    },
}

impl OutboundError {
    /// The error of a request that did not come through: what stopped it, found among the causes.
    pub(super) fn from_request(error: reqwest::Error, host: &str, limit: Duration) -> Self {
        let host = host.to_owned();
        if error.is_timeout() {
            return Self::TimedOut { host, limit };
        }
        let error = error.without_url();
        let mut reason = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            if let Some(own) = error.downcast_ref::<Self>() {
                return own.clone();
            }
            reason = error.to_string();
            cause = error.source();
        }
        Self::Transport { host, reason }
    }
}
