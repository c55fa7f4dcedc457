//! Bringing a schema up to date, on either engine.

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use crate::StoreError;

/// Applies what is missing, in order.
pub(crate) async fn run<C: Migrate>(migrations: &Migrator, connection: &mut C) -> Result<(), StoreError> {
    migrations.run_direct(None, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) => {
            StoreError::NewerSchema { found, known: migrations.iter().map(|known| known.version).max().unwrap_or(0) }
        }
        other => StoreError::Migration { source: Box::new(other) },
    })
}
