//! Where the database is, and how much of it is used at once.

use std::path::PathBuf;
use std::time::Duration;

use crate::{PostgresUrl, StoreError};

/// How to open a [`Store`](crate::Store).
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The database itself.
    pub location: Location,
    /// How many reads run at the same time; each has a connection (on SQLite, a thread) of its own. At least 1. On
    /// PostgreSQL as many transactions run beside them, on SQLite one.
    pub readers: u32,
    /// How long a statement waits for a lock that another transaction holds, and a request for a connection: to read, and
    /// on PostgreSQL to write. On SQLite writers wait for each other for 30 seconds.
    pub busy_timeout: Duration,
}

/// Where the data are kept.
#[derive(Debug, Clone)]
pub enum Location {
    /// A SQLite file, made when it does not exist (with mode 0600).
    File(PathBuf),
    /// A SQLite file in a temporary folder, which goes when the last clone of the store does.
    Temporary,
    /// A database of a PostgreSQL server. It has to exist; its tables are made.
    Postgres(PostgresUrl),
}

impl Location {
    /// Reads `sqlite:PATH`, `postgres://USER@HOST:PORT/DATABASE` or the same with `postgresql:`.
    ///
    /// # Errors
    /// [`StoreError::Url`] when it is neither; the message never has the password in it.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.trim_start_matches('/').is_empty() => {
                Ok(Self::File(path.strip_prefix("//").unwrap_or(path).into()))
            }
            Some(("postgres" | "postgresql", _)) => PostgresUrl::parse(url).map(Self::Postgres),
            _ => Err(StoreError::Url { reason: "it begins neither with sqlite: nor with postgres://".to_owned() }),
        }
    }
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

    /// A database of a PostgreSQL server.
    #[must_use]
    pub fn postgres(url: PostgresUrl) -> Self {
        Self::at(Location::Postgres(url))
    }

    /// The usual options for a database that is anywhere.
    #[must_use]
    pub fn at(location: Location) -> Self {
        Self { location, readers: 4, busy_timeout: Duration::from_secs(5) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_both_engines_are_read() {
        for (url, path) in [("sqlite:opnc.db", "opnc.db"), ("sqlite:///var/opnc.db", "/var/opnc.db")] {
            assert!(
                matches!(Location::parse(url).unwrap(), Location::File(found) if found.as_os_str() == path),
                "{url}"
            );
        }
        for url in ["postgres://opnc@db.example:5433/opnc", "postgresql://opnc:secret@db.example/opnc?sslmode=require"]
        {
            assert!(matches!(Location::parse(url).unwrap(), Location::Postgres(_)), "{url}");
        }
    }

    #[test]
    fn other_urls_are_refused_without_repeating_them() {
        for url in ["", "opnc.db", "sqlite:", "sqlite://", "mysql://a:secret@b/c", "postgres://a:secret@b:port/c"] {
            let error = Location::parse(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        }
    }
}
