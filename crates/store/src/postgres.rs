//! PostgreSQL: how a server is used so that nothing is lost when it, or the way to it, goes away for a while.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool};

use crate::{StoreError, StoreOptions, migrations};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// A connection that was idle for longer is tried before it is used: the server may have been restarted. In less time it
/// cannot have been, so whoever meets a connection that just broke meets a server that is away.
const TRUSTED_IDLE: Duration = Duration::from_millis(50);

/// The way to a database, with the password for it, which is never shown.
#[derive(Clone)]
pub struct PostgresUrl(Box<PgConnectOptions>);

/// The connections to one database: those that write apart, so that waiting writers do not keep readers out, and a
/// transaction can wait for a reader.
#[derive(Debug, Clone)]
pub(crate) struct Pools {
    pub(crate) writers: PgPool,
    pub(crate) readers: PgPool,
}

impl PostgresUrl {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…&sslrootcert=…`; what is left out comes from the
    /// usual variables (`PGHOST`, `PGPASSWORD`, …). A folder of a socket is written `postgres:///DATABASE?host=/run/…`.
    ///
    /// # Errors
    /// [`StoreError::Url`], without the password.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url).map_err(|_| StoreError::Url {
            reason: "it is not of the form postgres://USER@HOST:PORT/DATABASE?sslmode=…".to_owned(),
        })?;
        Ok(Self(Box::new(options.application_name("opnc"))))
    }

    /// The same way with this password.
    #[must_use]
    pub fn with_password(self, password: &str) -> Self {
        Self(Box::new(self.0.password(password)))
    }

    /// The same server with another database.
    #[must_use]
    pub fn with_database(self, database: &str) -> Self {
        Self(Box::new(self.0.database(database)))
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        self.0.as_ref().clone().disable_statement_logging()
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.0.get_database().unwrap_or_else(|| self.0.get_username());
        match self.0.get_socket() {
            Some(socket) => write!(out, "{database} of PostgreSQL at {}", socket.display()),
            None => write!(out, "{database} of PostgreSQL at {}:{}", self.0.get_host(), self.0.get_port()),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PostgresUrl({self})")
    }
}

impl Pools {
    /// For a connection that is always in use.
    pub(crate) fn listening(&self) -> PgPool {
        PgPoolOptions::new().max_connections(1).connect_lazy_with(self.readers.connect_options().as_ref().clone())
    }
}

/// Opens the database and brings its schema up to date.
pub(crate) async fn open(url: &PostgresUrl, options: &StoreOptions) -> Result<Pools, StoreError> {
    let open_error = |error| StoreError::Open { database: url.to_string(), source: Box::new(error) };
    // A connection of its own, so that the lock that keeps other replicas waiting goes with it, whatever happens.
    let mut connection = url.options().connect().await.map_err(open_error)?;
    let migrated = migrations::run(&MIGRATIONS, &mut connection).await;
    connection.close().await.map_err(open_error)?;
    migrated?;
    let writers = pool(url, options, "SET enable_seqscan = off");
    let readers = pool(url, options, "SET default_transaction_read_only = on");
    Ok(Pools { writers, readers })
}

/// Connections are made when they are needed. `own` is what the connections of this pool are told beside the rest.
///
/// A statement is planned while its table may be small, and the plan is kept: so writers prefer an index even there, because it
/// stays right when the table has grown.
fn pool(url: &PostgresUrl, options: &StoreOptions, own: &'static str) -> PgPool {
    // Zero would mean for ever.
    let lock_timeout = options.busy_timeout.as_millis().clamp(1, i32::MAX as u128);
    let setting = format!("SET lock_timeout = {lock_timeout}; SET idle_in_transaction_session_timeout = 60000; {own}");
    PgPoolOptions::new()
        .max_connections(options.readers.max(1))
        .acquire_timeout(options.busy_timeout.max(Duration::from_millis(100)))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move { Ok(meta.idle_for < TRUSTED_IDLE || connection.ping().await.is_ok()) })
        })
        .after_connect(move |connection: &mut PgConnection, _| {
            let setting = AssertSqlSafe(setting.clone());
            Box::pin(async move { connection.execute(setting).await.map(drop) })
        })
        .connect_lazy_with(url.options())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let url = PostgresUrl::parse("postgres://opnc:secret@db.example:5433/pool").unwrap();
        assert_eq!(url.to_string(), "pool of PostgreSQL at db.example:5433");
        let shown = format!("{:?}", StoreOptions::postgres(url.with_password("other secret")));
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn a_socket_is_named_by_its_folder() {
        let url = PostgresUrl::parse("postgres:///pool?host=/run/postgresql").unwrap();
        assert_eq!(url.with_database("other").to_string(), "other of PostgreSQL at /run/postgresql");
    }
}
