//! What can go wrong in the database.
//!
//! The driver's own errors stay behind `source`, so that nobody outside this crate depends on a driver.

use sqlx::sqlite::SqliteError;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failure of the store. None of these is the fault of a request.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened or created.
    #[error("the database {database} cannot be opened: {source}")]
    Open {
        /// The file that was asked for, or the name and server of the database.
        database: String,
        /// The driver's or the system's error.
        source: Source,
    },
    /// Another process serves this file.
    #[error(
        "{process} serves the database {database}: end that one first; more than one process at a time serves a database of PostgreSQL only"
    )]
    Served {
        /// The file.
        database: String,
        /// Which process, as far as it is known.
        process: String,
    },
    /// A URL does not tell where a database is.
    #[error("the URL of the database cannot be used: {reason}")]
    Url {
        /// What is wrong with it, without its password.
        reason: String,
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
    /// The database is away, or the way to it. What was asked for is not done; trying later can succeed.
    #[error("the database cannot be reached ({doing}): {source}")]
    Unreachable {
        /// The statement or transaction that could not go on.
        doing: &'static str,
        /// The driver's error.
        source: Source,
    },
    /// The way to the database broke during a commit: what the transaction wrote is there as a whole or not at all.
    #[error("the database was lost while {doing} was committed, so that nobody knows whether it was: {source}")]
    Undecided {
        /// The transaction.
        doing: &'static str,
        /// The driver's error.
        source: Source,
    },
    /// There is no room for more data. Trying later succeeds once the operator has made some.
    #[error("the disk of the database is full ({doing}): make room on it; nothing of this was stored: {source}")]
    Full {
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
    /// A statement of a transaction had failed, and the work went on as if it had not: all of it was undone.
    #[error("the transaction was undone, because {statement} had failed in it")]
    Abandoned {
        /// The statement that failed.
        statement: &'static str,
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
    /// Tells a driver's failures apart.
    pub(crate) fn from_driver(doing: &'static str, error: sqlx::Error) -> Self {
        let kind = kind(&error);
        let source = Box::new(error);
        match kind {
            Kind::Conflict | Kind::Locked => Self::Busy { doing, source },
            Kind::Lost => Self::Unreachable { doing, source },
            Kind::Full => Self::Full { doing, source },
            Kind::Other => Self::Query { doing, source },
        }
    }

    /// The same for the commit of a transaction.
    pub(crate) fn of_commit(doing: &'static str, error: sqlx::Error) -> Self {
        match Self::from_driver(doing, error) {
            Self::Unreachable { doing, source } => Self::Undecided { doing, source },
            decided => decided,
        }
    }

    /// Whether the same work may succeed a moment later (an answer of 503 rather than 500).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unreachable { .. } | Self::Undecided { .. } | Self::Full { .. })
    }
}

/// Whether running the transaction again is the cure, given that it was not being committed: another one was in the
/// way, or the connection went, and all that was done in the transaction with it.
pub(crate) fn is_worth_repeating(error: &sqlx::Error) -> bool {
    matches!(kind(error), Kind::Conflict | Kind::Lost)
}

/// Whether a transaction that could not be committed is certainly not, because of another one.
pub(crate) fn is_conflict(error: &sqlx::Error) -> bool {
    kind(error) == Kind::Conflict
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The engine gave up on a transaction because of another one.
    Conflict,
    /// Somebody held a lock, or all connections, for longer than was worth waiting.
    Locked,
    /// The connection is gone, or there was none to be had.
    Lost,
    /// The disk is full.
    Full,
    Other,
}

fn kind(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Kind::Lost,
        sqlx::Error::PoolTimedOut => Kind::Locked,
        sqlx::Error::Database(error) => match (error.try_downcast_ref::<SqliteError>(), error.code()) {
            (Some(_), Some(code)) => sqlite_kind(&code),
            (None, Some(state)) => postgres_kind(&state),
            (_, None) => Kind::Other,
        },
        _ => Kind::Other,
    }
}

/// SQLite's result codes: <https://sqlite.org/rescode.html>. The low byte of an extended code is the primary one.
fn sqlite_kind(code: &str) -> Kind {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const IO_ERROR: i32 = 10;
    const FULL: i32 = 13;
    const CANNOT_OPEN: i32 = 14;
    match code.parse::<i32>().map(|code| code & 0xff) {
        Ok(BUSY | LOCKED) => Kind::Conflict,
        Ok(FULL) => Kind::Full,
        // The disk itself, or the way to it; a new connection finds out whether it is back.
        Ok(IO_ERROR | CANNOT_OPEN) => Kind::Lost,
        _ => Kind::Other,
    }
}

/// PostgreSQL's states: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn postgres_kind(state: &str) -> Kind {
    match state {
        // serialization_failure, deadlock_detected
        "40001" | "40P01" => Kind::Conflict,
        // lock_not_available, too_many_connections
        "55P03" | "53300" => Kind::Locked,
        // disk_full
        "53100" => Kind::Full,
        // admin_shutdown, crash_shutdown, cannot_connect_now, idle_in_transaction_session_timeout,
        // read_only_sql_transaction (the server has become a replica); class 08: connection exceptions
        "57P01" | "57P02" | "57P03" | "25P03" | "25006" => Kind::Lost,
        _ if state.starts_with("08") => Kind::Lost,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_apart() {
        let kinds = ["40001", "40P01", "55P03", "57P01", "08006", "53100", "23505"].map(postgres_kind);
        let expected = [Kind::Conflict, Kind::Conflict, Kind::Locked, Kind::Lost, Kind::Lost, Kind::Full, Kind::Other];
        assert_eq!(kinds, expected);
        // SQLITE_BUSY_SNAPSHOT is 517: SQLITE_BUSY with more in the upper bytes.
        let kinds = ["5", "6", "517", "13", "19", "778"].map(sqlite_kind);
        assert_eq!(kinds, [Kind::Conflict, Kind::Conflict, Kind::Conflict, Kind::Full, Kind::Other, Kind::Lost]);
    }
}
