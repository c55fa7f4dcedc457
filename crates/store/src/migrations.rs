//! Bringing a schema up to date, on either engine.
//!
//! The rule: a migration adds, and takes nothing away that the version before it reads or writes. So a process that runs
//! goes on serving while a newer one migrates. A process that starts refuses a schema that is newer than it knows.

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
