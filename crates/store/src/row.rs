//! A row that came back, read column by column into domain types.
//!
//! Whatever does not parse is reported with its statement and column: it was not written by this program.

use std::fmt::Display;

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Fingerprint;
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row as _, Type};
use uuid::Uuid;

use crate::StoreError;

/// One row of an answer.
pub(crate) struct Row {
    statement: &'static str,
    row: DriverRow,
}

enum DriverRow {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(crate) fn sqlite(statement: &'static str, row: SqliteRow) -> Self {
        Self { statement, row: DriverRow::Sqlite(row) }
    }

    pub(crate) fn postgres(statement: &'static str, row: PgRow) -> Self {
        Self { statement, row: DriverRow::Postgres(row) }
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.get(column)
    }

    pub(crate) fn text_or_null(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.get(column)
    }

    /// A number that counts something.
    pub(crate) fn count(&self, column: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.int(column)?).map_err(|error| self.corrupt(column, error))
    }

    /// A number that counts something, where there may be none.
    pub(crate) fn count_or_null(&self, column: &'static str) -> Result<Option<u64>, StoreError> {
        let number: Option<i64> = self.get(column)?;
        number.map(|number| u64::try_from(number).map_err(|error| self.corrupt(column, error))).transpose()
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn blob(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.get(column)
    }

    pub(crate) fn blob_or_null(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(column)
    }

    /// A SHA-256 value.
    pub(crate) fn hash(&self, column: &'static str) -> Result<[u8; 32], StoreError> {
        let bytes = self.blob(column)?;
        <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| self.corrupt(column, "not 32 bytes"))
    }

    pub(crate) fn hash_or_null(&self, column: &'static str) -> Result<Option<[u8; 32]>, StoreError> {
        match self.blob_or_null(column)? {
            Some(_) => self.hash(column).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn time_or_null(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let read = |time| Timestamp::from_microsecond(time).map_err(|error| self.corrupt(column, error));
        self.get::<Option<i64>>(column)?.map(read).transpose()
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        Timestamp::from_microsecond(self.int(column)?).map_err(|error| self.corrupt(column, error))
    }

    pub(crate) fn uuid(&self, column: &'static str) -> Result<Uuid, StoreError> {
        self.parsed(column, Uuid::try_parse)
    }

    pub(crate) fn uuid_or_null(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        self.parsed_or_null(column, Uuid::try_parse)
    }

    pub(crate) fn fingerprint(&self, column: &'static str) -> Result<Fingerprint, StoreError> {
        self.parsed(column, Fingerprint::parse)
    }

    pub(crate) fn iso(&self, column: &'static str) -> Result<IsoVersion, StoreError> {
        self.word(column, IsoVersion::parse)
    }

    /// A text that its own type reads back.
    pub(crate) fn parsed<T, E: Display>(
        &self,
        column: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        parse(&self.text(column)?).map_err(|error| self.corrupt(column, error))
    }

    /// One of the words that a type has for its values.
    pub(crate) fn word<T>(&self, column: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        self.parsed(column, |text| parse(text).ok_or_else(|| format!("unknown word {text:?}")))
    }

    pub(crate) fn parsed_or_null<T, E: Display>(
        &self,
        column: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, StoreError> {
        self.text_or_null(column)?.map(|text| parse(&text).map_err(|error| self.corrupt(column, error))).transpose()
    }

    /// A list or structure kept as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        self.parsed(column, |text| serde_json::from_str(text))
    }

    pub(crate) fn json_or_null<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        self.parsed_or_null(column, |text| serde_json::from_str(text))
    }

    pub(crate) fn corrupt(&self, column: &'static str, reason: impl Display) -> StoreError {
        StoreError::Corrupt { statement: self.statement, column, reason: reason.to_string() }
    }

    fn get<'r, T>(&'r self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        let read = match &self.row {
            DriverRow::Sqlite(row) => row.try_get(column),
            DriverRow::Postgres(row) => row.try_get(column),
        };
        read.map_err(|error| self.corrupt(column, error))
    }
}
