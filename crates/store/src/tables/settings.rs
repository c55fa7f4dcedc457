//! Small values that are kept under a name: the id of this ecosystem, its default roots.

use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

statements! {
    GET = "SELECT value FROM settings WHERE key = $1";
    PUT = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

/// The value kept under `key`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn get(reader: &mut Reader, key: &str) -> Result<Option<String>, StoreError> {
    let row = reader.fetch_optional(&GET, [key.into()]).await?;
    row.map(|row| row.text("value")).transpose()
}

/// Keeps `value` under `key`, in the place of an earlier one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    tx.execute(&PUT, [key.into(), value.into()]).await?;
    Ok(())
}
