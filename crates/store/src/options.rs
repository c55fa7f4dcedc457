//! Where the database is, and how much of it is used at once.

use std::path::PathBuf;
use std::time::Duration;

/// How to open a [`Store`](crate::Store).
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The database itself.
    pub location: Location,
    /// How many reads run at the same time; each has a connection (on SQLite, a thread) of its own. At least 1.
    pub readers: u32,
    /// How long a statement waits for a lock that another process holds.
    pub busy_timeout: Duration,
}

/// Where the data are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file, made when it does not exist (with mode 0600).
    File(PathBuf),
    /// A SQLite file in a temporary folder, which goes when the last clone of the store does.
    Temporary,
}

impl StoreOptions {
    /// A database in this file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::at(Location::File(path.into()))
    }

    /// A database that is gone afterwards.
    #[must_use]
    pub fn temporary() -> Self {
        Self::at(Location::Temporary)
    }

    fn at(location: Location) -> Self {
        Self { location, readers: 4, busy_timeout: Duration::from_secs(5) }
    }
}
