//! A connection that reads, and all that the tables may do with one.

use sqlx::{AssertSqlSafe, Executor};

use crate::StoreError;
use crate::engine::{Connection, Handle};
use crate::error::is_worth_repeating;
use crate::known::Known;
use crate::row::Row;
use crate::statement::Statement;
use crate::value::{self, Value};
use crate::wake::Waker;

/// Reads from the database. Outside a transaction each statement sees the newest committed state; a
/// [`Tx`](crate::Tx) can be used wherever a reader is asked for, and sees what it has written itself.
pub struct Reader {
    handle: Handle,
    failure: Option<Failure>,
    known: Known,
}

/// How the first failing statement failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    /// The name of the statement.
    pub(crate) statement: &'static str,
    /// Whether it was because of another transaction or a lost connection, so that running this one again makes sense.
    pub(crate) repeat: bool,
}

impl Reader {
    pub(crate) fn new(handle: Handle, known: Known) -> Self {
        Self { handle, failure: None, known }
    }

    /// What was read before.
    pub(crate) fn known(&self) -> &Known {
        &self.known
    }

    /// The first statement that failed. PostgreSQL refuses all that follows it, so on no engine a transaction is
    /// committed after it.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.failure
    }

    pub(crate) async fn fetch_all(
        &mut self,
        statement: &'static Statement,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let fetched = match self.handle.connection() {
            Connection::Sqlite(connection) => connection
                .fetch_all(value::sqlite(statement, values))
                .await
                .map(|rows| rows.into_iter().map(|row| Row::sqlite(statement.name, row)).collect()),
            Connection::Postgres(connection) => connection
                .fetch_all(value::postgres(statement, values))
                .await
                .map(|rows| rows.into_iter().map(|row| Row::postgres(statement.name, row)).collect()),
        };
        fetched.map_err(|error| self.failed(statement.name, error))
    }

    pub(crate) async fn fetch_optional(
        &mut self,
        statement: &'static Statement,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<Row>, StoreError> {
        let fetched = match self.handle.connection() {
            Connection::Sqlite(connection) => connection
                .fetch_optional(value::sqlite(statement, values))
                .await
                .map(|row| row.map(|row| Row::sqlite(statement.name, row))),
            Connection::Postgres(connection) => connection
                .fetch_optional(value::postgres(statement, values))
                .await
                .map(|row| row.map(|row| Row::postgres(statement.name, row))),
        };
        fetched.map_err(|error| self.failed(statement.name, error))
    }

    /// For statements that always answer with a row.
    pub(crate) async fn fetch_one(
        &mut self,
        statement: &'static Statement,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Row, StoreError> {
        match self.fetch_optional(statement, values).await? {
            Some(row) => Ok(row),
            None => Err(StoreError::from_driver(statement.name, sqlx::Error::RowNotFound)),
        }
    }

    /// Runs a statement that changes rows; the number of rows changed.
    pub(crate) async fn execute(
        &mut self,
        statement: &'static Statement,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64, StoreError> {
        let done = match self.handle.connection() {
            Connection::Sqlite(connection) => {
                connection.execute(value::sqlite(statement, values)).await.map(|done| done.rows_affected())
            }
            Connection::Postgres(connection) => {
                connection.execute(value::postgres(statement, values)).await.map(|done| done.rows_affected())
            }
        };
        done.map_err(|error| self.failed(statement.name, error))
    }

    /// Whether the engine is SQLite.
    pub(crate) fn is_sqlite(&mut self) -> bool {
        matches!(self.handle.connection(), Connection::Sqlite(_))
    }

    /// Has PostgreSQL tell other processes at the commit; SQLite has no such thing.
    pub(crate) async fn notify(&mut self, waker: &Waker) -> Result<(), StoreError> {
        match self.handle.connection() {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(connection) => match connection.execute(AssertSqlSafe(waker.notify())).await {
                Ok(_) => Ok(()),
                Err(error) => Err(self.failed("NOTIFY", error)),
            },
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        self.handle.commit().await
    }

    pub(crate) async fn rollback(self) {
        if let Err(error) = self.handle.rollback().await {
            tracing::warn!(%error, "a rollback failed: the connection is given up, and the database does it then");
        }
    }

    fn failed(&mut self, statement: &'static str, error: sqlx::Error) -> StoreError {
        let failure = Failure { statement, repeat: is_worth_repeating(&error) };
        self.failure.get_or_insert(failure);
        StoreError::from_driver(statement, error)
    }

    #[cfg(test)]
    pub(crate) async fn roll_back_behind_the_driver(&mut self) {
        if let Connection::Sqlite(connection) = self.handle.connection() {
            connection.execute("ROLLBACK").await.unwrap();
        }
    }

    #[cfg(test)]
    pub(crate) fn pretend_contention(&mut self) {
        self.failure = Some(Failure { statement: "test", repeat: true });
    }
}
