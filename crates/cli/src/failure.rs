//! Why a verb could not do its work. The text is all that a user sees of it.

use std::io;
use std::path::{Path, PathBuf};

use opnc_services::ServiceError;

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
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    WriteFile {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The ecosystem inside this process could not be made, or did not do what it should.
    #[error("{0}")]
    Ecosystem(String),
}

impl Failure {
    /// A file that could not be written.
    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self::WriteFile { path: path.to_owned(), source }
    }

    /// What a service refused, or could not do. The operator may know the cause.
    pub(crate) fn service(error: ServiceError) -> Self {
        match error {
            ServiceError::Internal(cause) => Self::Ecosystem(cause.to_string()),
            other => Self::Ecosystem(other.to_string()),
        }
    }

    /// The same where a secret was shown already, which is good for nothing now.
    pub(crate) fn void(error: ServiceError) -> Self {
        Self::Ecosystem(format!("nothing was changed, and the secret above is void: {}", Self::service(error)))
    }

    /// Something that happened to the ecosystem inside this process.
    pub(crate) fn ecosystem(error: impl std::fmt::Display) -> Self {
        Self::Ecosystem(error.to_string())
    }
}
