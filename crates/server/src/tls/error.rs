//! Why TLS cannot be had.

use std::path::PathBuf;

/// A file that TLS needs is not as it must be.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// It cannot be read.
    #[error("{}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no PEM, or nothing of what is looked for is in it.
    #[error("{}: {problem}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Certificate and key cannot be used, for example because they do not belong together.
    #[error("{}: the certificate cannot be used with its key: {source}", file.display())]
    Unusable {
        /// The file of the certificate.
        file: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}
