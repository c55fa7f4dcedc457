//! Why a document about trust is not used.

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;

use crate::signed::{KeyError, SignedError};

/// Why a bundle or a trust list is refused.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It is not genuine.
    #[error(transparent)]
    Signature(#[from] SignedError),
    /// The keys to trust cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// It was signed, and says nothing that can be read.
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    /// A root in it.
    #[error("the root {fingerprint} cannot be used: {problem}")]
    Root {
        /// Its fingerprint.
        fingerprint: Fingerprint,
        /// What is wrong with it.
        problem: String,
    },
    /// Its time is over.
    #[error("the document ended at {expires}, and it is {at} now: get a new one, or put the clock right")]
    TooOld {
        /// When it ended.
        expires: Timestamp,
        /// The present time.
        at: Timestamp,
    },
    /// Its time has not begun.
    #[error("the document begins at {issued}, and it is {at} now: put the clock right")]
    TooNew {
        /// When it begins.
        issued: Timestamp,
        /// The present time.
        at: Timestamp,
    },
    /// An earlier one than the one that is there.
    #[error("the document has version {found}, and version {kept} is here already: an earlier one is never taken")]
    Rollback {
        /// Its version.
        found: u64,
        /// The version that is there.
        kept: u64,
    },
    /// One of another ecosystem, or for another selection.
    #[error("the document is of {found}, and this is a store of {kept}")]
    Other {
        /// What it is of.
        found: String,
        /// What is kept here.
        kept: String,
    },
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}
