//! Why a verb could not do its work. The text is all that a user sees of it.

use std::io;

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// An input could not be read.
    #[error("cannot read {name}: {source}")]
    Read {
        /// The file as the user named it.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// An input is not what it should be.
    #[error("{name}: {problem}")]
    Content {
        /// The file as the user named it.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Write(io::Error),
}
