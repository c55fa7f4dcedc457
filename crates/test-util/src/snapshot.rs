//! Everything that is in the database, to see that a refused request changed nothing.

use std::collections::BTreeMap;
use std::path::Path;

use opnc_test_postgres::Database;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

/// The content of every table, row by row, read past the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    tables: BTreeMap<String, Vec<String>>,
}

impl Snapshot {
    pub(crate) async fn of_sqlite(database: &Path) -> Self {
        let url = format!("sqlite://{}?mode=ro", database.display());
        let mut connection = SqliteConnection::connect(&url).await.expect("the database");
        let mut tables = BTreeMap::new();
        for table in sqlite_texts(&mut connection, "SELECT name FROM sqlite_master WHERE type = 'table'").await {
            let columns = format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')");
            let columns = sqlite_texts(&mut connection, &columns).await.join(" || ' ' || ");
            let rows = sqlite_texts(&mut connection, &format!("SELECT {columns} FROM {table} ORDER BY rowid")).await;
            tables.insert(table, rows);
        }
        connection.close().await.expect("an end");
        Self { tables }
    }

    /// A changed row stands elsewhere in a table of PostgreSQL: rows are in the order of their contents here.
    pub(crate) async fn of_postgres(database: &Database) -> Self {
        let mut connection = database.connect().await;
        let mut tables = BTreeMap::new();
        for table in
            postgres_texts(&mut connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'").await
        {
            let columns = format!(
                "SELECT 'quote_nullable(' || quote_ident(attname) || ')' FROM pg_attribute
                 WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
            );
            let columns = postgres_texts(&mut connection, &columns).await.join(" || ' ' || ");
            let mut rows = postgres_texts(&mut connection, &format!("SELECT {columns} FROM {table}")).await;
            rows.sort_unstable();
            tables.insert(table, rows);
        }
        connection.close().await.expect("an end");
        Self { tables }
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        self.rows(table).len()
    }

    /// The rows of a table, each as the SQL literals of its columns.
    pub fn rows(&self, table: &str) -> &[String] {
        self.tables.get(table).unwrap_or_else(|| panic!("no table {table}"))
    }

    /// The tables whose content is another one in `later`.
    pub fn changed(&self, later: &Self) -> Vec<String> {
        self.tables.keys().filter(|table| self.tables.get(*table) != later.tables.get(*table)).cloned().collect()
    }
}

/// The names and the statements come from the database's own schema, never from a caller.
async fn sqlite_texts(connection: &mut SqliteConnection, statement: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(connection).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

async fn postgres_texts(connection: &mut PgConnection, statement: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(connection).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}
