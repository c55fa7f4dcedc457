//! A connection that reads, and all that the tables may do with one.

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::StoreError;
use crate::error::is_contention;
use crate::row::Row;
use crate::statement::Statement;
use crate::value::Value;

/// Reads from the database. Outside a transaction each statement sees the newest committed state; a
/// [`Tx`](crate::Tx) can be used wherever a reader is asked for, and sees what it has written itself.
pub struct Reader {
    handle: Handle,
    contended: bool,
}

/// What a reader reads through. The only place, with [`Value`] and [`Row`], that tells engines apart.
pub(crate) enum Handle {
    Pooled(PoolConnection<Sqlite>),
    Transaction(Transaction<'static, Sqlite>),
}

impl Reader {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle, contended: false }
    }

    /// Whether a statement failed because of another transaction, so that running this one again makes sense.
    pub(crate) fn contended(&self) -> bool {
        self.contended
    }

    pub(crate) async fn fetch_all(
        &mut self,
        statement: &'static Statement,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let query = values.into_iter().fold(sqlx::query(statement.text), |query, value| value.bind_sqlite(query));
        let rows = query.fetch_all(self.connection()).await.map_err(|error| self.failed(statement, error))?;
        Ok(rows.into_iter().map(|row| Row::new(statement.name, row)).collect())
    }

    pub(crate) async fn fetch_optional(
        &mut self,
        statement: &'static Statement,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<Row>, StoreError> {
        let query = values.into_iter().fold(sqlx::query(statement.text), |query, value| value.bind_sqlite(query));
        let row = query.fetch_optional(self.connection()).await.map_err(|error| self.failed(statement, error))?;
        Ok(row.map(|row| Row::new(statement.name, row)))
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
        let query = values.into_iter().fold(sqlx::query(statement.text), |query, value| value.bind_sqlite(query));
        let done = query.execute(self.connection()).await.map_err(|error| self.failed(statement, error))?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn commit(self, name: &'static str) -> Result<(), Failed> {
        match self.handle {
            Handle::Pooled(_) => Ok(()),
            Handle::Transaction(transaction) => transaction.commit().await.map_err(|error| Failed::new(name, error)),
        }
    }

    pub(crate) async fn rollback(self) {
        if let Handle::Transaction(transaction) = self.handle
            && let Err(error) = transaction.rollback().await
        {
            tracing::warn!(%error, "a rollback failed: the database does it when the connection is used next");
        }
    }

    fn connection(&mut self) -> &mut SqliteConnection {
        match &mut self.handle {
            Handle::Pooled(connection) => connection,
            Handle::Transaction(transaction) => transaction,
        }
    }

    fn failed(&mut self, statement: &'static Statement, error: sqlx::Error) -> StoreError {
        self.contended |= is_contention(&error);
        StoreError::from_driver(statement.name, error)
    }

    #[cfg(test)]
    pub(crate) fn pretend_contention(&mut self) {
        self.contended = true;
    }
}

/// A transaction that could not begin or end.
pub(crate) struct Failed {
    pub(crate) contended: bool,
    pub(crate) error: StoreError,
}

impl Failed {
    pub(crate) fn new(name: &'static str, error: sqlx::Error) -> Self {
        Self { contended: is_contention(&error), error: StoreError::from_driver(name, error) }
    }
}
