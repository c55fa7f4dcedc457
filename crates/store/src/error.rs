//! What can go wrong in the database.
//!
//! The driver's own errors stay behind `source`, so that nobody outside this crate depends on a driver.

use std::path::PathBuf;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failure of the store. None of these is the fault of a request.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened or created.
    #[error("the database {path} cannot be opened: {source}")]
    Open {
        /// The file that was asked for.
        path: PathBuf,
        /// The driver's or the system's error.
        source: Source,
    },
    /// A later version of the program has migrated this database.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}: run the newer program, or restore a backup made before the upgrade"
    )]
    NewerSchema {
        /// The version found in the database.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// A migration failed, or an applied one differs from ours.
    #[error("the database schema cannot be brought up to date: {source}")]
    Migration {
        /// The migrator's error.
        source: Source,
    },
    /// Somebody else held what this work needed, for longer than was worth waiting. Trying later can succeed.
    #[error("the database is busy ({doing}): {source}")]
    Busy {
        /// The statement or transaction that could not go on.
        doing: &'static str,
        /// The driver's error.
        source: Source,
    },
    /// A statement failed.
    #[error("the database refused {doing}: {source}")]
    Query {
        /// The statement or transaction that failed.
        doing: &'static str,
        /// The driver's error.
        source: Source,
    },
    /// A stored value is not what this program writes.
    #[error("the database holds an unreadable value in column {column} (read by {statement}): {reason}")]
    Corrupt {
        /// The statement that read it.
        statement: &'static str,
        /// The column it is in.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A value cannot be stored as it is.
    #[error("a value for {column} cannot be stored: {reason}")]
    Unstorable {
        /// What it was meant for.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl StoreError {
    /// Tells a driver's failure apart: busy, or anything else.
    pub(crate) fn from_driver(doing: &'static str, error: sqlx::Error) -> Self {
        if is_contention(&error) || matches!(error, sqlx::Error::PoolTimedOut) {
            Self::Busy { doing, source: Box::new(error) }
        } else {
            Self::Query { doing, source: Box::new(error) }
        }
    }

    /// Whether the same work may succeed a moment later (an answer of 503 rather than 500).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }
}

/// Whether the engine gave up on a transaction because of another one: running it again is the cure.
pub(crate) fn is_contention(error: &sqlx::Error) -> bool {
    /// SQLite's primary result codes for a lock held by another connection: <https://sqlite.org/rescode.html>.
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    let sqlx::Error::Database(error) = error else { return false };
    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    // The low byte of an extended code is the primary one.
    matches!(code.map(|code| code & 0xff), Some(BUSY | LOCKED))
}
