//! Which migrations a database has, looked at without changing it.

use sqlx::migrate::Migrator;
use sqlx::{ConnectOptions, Connection};

use crate::{Location, StoreError, StoreOptions, backup, postgres, sqlite};

/// A migration of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its number.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// The migrations of this program, and what the database has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Those that this program knows, in order.
    pub known: Vec<Migration>,
    /// The numbers of those that only a later program knows.
    pub newer: Vec<i64>,
    /// The numbers of those that the database has in another wording: another program has made it, or it was tampered with.
    pub modified: Vec<i64>,
}

impl Schema {
    /// Looks at a database.
    ///
    /// # Errors
    /// [`StoreError`] when there is no such database, or it cannot be read.
    pub async fn of(options: &StoreOptions) -> Result<Self, StoreError> {
        let (applied, migrations) = match &options.location {
            Location::File(path) => (applied_sqlite(path).await?, &sqlite::MIGRATIONS),
            Location::Postgres(url) => (applied_postgres(url).await?, &postgres::MIGRATIONS),
            Location::Temporary => (Vec::new(), &sqlite::MIGRATIONS),
        };
        Ok(Self::compare(&applied, migrations))
    }

    /// Whether nothing is left to be done.
    pub fn is_current(&self) -> bool {
        self.newer.is_empty() && self.modified.is_empty() && self.known.iter().all(|migration| migration.applied)
    }

    fn compare(applied: &[(i64, Vec<u8>)], migrations: &Migrator) -> Self {
        let (mut known, mut modified) = (Vec::new(), Vec::new());
        for migration in migrations.iter() {
            let found = applied.iter().find(|(version, _)| *version == migration.version);
            if found.is_some_and(|(_, checksum)| *checksum != *migration.checksum) {
                modified.push(migration.version);
            }
            let (version, name) = (migration.version, migration.description.to_string());
            known.push(Migration { version, name, applied: found.is_some() });
        }
        let is_known = |version: i64| known.iter().any(|one: &Migration| one.version == version);
        let newer = applied.iter().map(|(version, _)| *version).filter(|version| !is_known(*version)).collect();
        Self { known, newer, modified }
    }
}

const APPLIED: &str = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";

async fn applied_sqlite(path: &std::path::Path) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let failed = |error| StoreError::from_driver("a look at the schema", error);
    let mut connection = backup::open(path).await?;
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    let applied = sqlx::query_as(APPLIED).fetch_all(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    Ok(applied)
}

async fn applied_postgres(url: &crate::PostgresUrl) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let failed = |error| StoreError::from_driver("a look at the schema", error);
    let connected = url.options().connect().await;
    let mut connection =
        connected.map_err(|error| StoreError::Open { database: url.to_string(), source: Box::new(error) })?;
    let there: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    let applied =
        if there { sqlx::query_as(APPLIED).fetch_all(&mut connection).await.map_err(failed)? } else { Vec::new() };
    connection.close().await.map_err(failed)?;
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[tokio::test]
    async fn what_is_missing_and_what_is_too_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let options = StoreOptions::file(&path);
        assert!(matches!(Schema::of(&options).await, Err(StoreError::Open { .. })), "nothing is made by looking");
        std::fs::write(&path, "").unwrap();
        let empty = Schema::of(&options).await.unwrap();
        assert!(!empty.is_current() && empty.known.iter().all(|migration| !migration.applied));
        Store::open(&options).await.unwrap().close().await;
        assert!(Schema::of(&options).await.unwrap().is_current());
        let newer = Schema::compare(&[(1, vec![7]), (9999, vec![])], &sqlite::MIGRATIONS);
        assert_eq!((newer.newer.as_slice(), newer.is_current()), (&[9999][..], false));
        assert_eq!(newer.modified, [1], "another wording under the same number");
    }

    #[tokio::test]
    async fn a_copy_is_taken_while_the_database_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let store = Store::open(&StoreOptions::file(&path)).await.unwrap();
        let kept: Result<(), StoreError> =
            store.run_tx("t", |tx| Box::pin(async move { crate::settings::put(tx, "name", "kept").await })).await;
        kept.unwrap();
        backup::backup(&path, &copy).await.unwrap();
        let again = Store::open(&StoreOptions::file(&copy)).await.unwrap();
        let value = crate::settings::get(&mut again.read().await.unwrap(), "name").await.unwrap();
        assert_eq!(value.as_deref(), Some("kept"));
        assert!(backup::backup(&path, &copy).await.is_err(), "a database that is there is never written over");
    }
}
