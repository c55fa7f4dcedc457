//! The schemas of the two engines are one schema: the same tables, columns, types, keys and indices.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use crate::test_db::TestDb;

#[tokio::test]
async fn both_engines_have_the_same_schema() {
    let Some(postgres) = TestDb::postgres("both_engines_have_the_same_schema").await else { return };
    let (sqlite, postgres) = (of_sqlite(&TestDb::sqlite().await).await, of_postgres(&postgres).await);
    assert!(sqlite.len() > 140, "only {} lines", sqlite.len());
    let only_sqlite: Vec<_> = sqlite.difference(&postgres).collect();
    let only_postgres: Vec<_> = postgres.difference(&sqlite).collect();
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only on SQLite: {only_sqlite:#?}\nonly on PostgreSQL: {only_postgres:#?}"
    );
}

/// Two engines that order texts differently would answer with different pages.
#[tokio::test]
async fn what_is_looked_up_by_text_is_compared_by_its_bytes() {
    let Some(db) = TestDb::postgres("what_is_looked_up_by_text_is_compared_by_its_bytes").await else { return };
    let loose = lines(
        &mut db.postgres_connection().await,
        "SELECT DISTINCT t.relname || '.' || a.attname FROM pg_index x
         JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey)
         JOIN pg_collation c ON c.oid = a.attcollation
         WHERE c.collname <> 'C'",
    )
    .await;
    assert!(loose.is_empty(), "without COLLATE \"C\": {loose:?}");
}

async fn of_sqlite(db: &TestDb) -> BTreeSet<String> {
    let mut connection = db.sqlite_connection().await;
    let tables = "(SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'
                   AND name NOT LIKE 'sqlite%') AS t";
    let list =
        |columns: &str, from: &str| format!("(SELECT group_concat({columns}, ', ') FROM (SELECT * FROM {from}))");
    let key = list("name", "pragma_table_info(t.name) WHERE pk > 0 ORDER BY pk");
    let of_index = list("name", "pragma_index_info(i.name) ORDER BY seqno");
    let references = list("\"from\"", "pragma_foreign_key_list(t.name) WHERE id = f.id ORDER BY seq");
    let referenced = list("\"to\"", "pragma_foreign_key_list(t.name) WHERE id = f.id ORDER BY seq");
    let queries = [
        format!(
            "SELECT t.name || '.' || c.name || ' ' || c.type || CASE c.\"notnull\" WHEN 1 THEN ' NOT NULL' ELSE '' END
             || CASE WHEN c.dflt_value IS NULL THEN '' ELSE ' DEFAULT ' || c.dflt_value END
             FROM {tables} JOIN pragma_table_info(t.name) AS c"
        ),
        format!("SELECT t.name || ' PRIMARY KEY (' || {key} || ')' FROM {tables}"),
        format!(
            "SELECT t.name || ' UNIQUE (' || {of_index} || ')' FROM {tables} JOIN pragma_index_list(t.name) AS i
             WHERE i.origin = 'u'"
        ),
        format!(
            "SELECT DISTINCT t.name || ' FOREIGN KEY (' || {references} || ') ' || f.\"table\" || ' (' || {referenced}
             || ') ' || f.on_delete FROM {tables} JOIN pragma_foreign_key_list(t.name) AS f"
        ),
        format!(
            "SELECT t.name || ' INDEX ' || i.name || CASE i.\"unique\" WHEN 1 THEN ' UNIQUE' ELSE '' END || ' ('
             || {of_index} || ')' || CASE i.partial WHEN 1 THEN (SELECT substr(sql, instr(sql, ' WHERE ')) FROM sqlite_master
             WHERE name = i.name) ELSE '' END
             FROM {tables} JOIN pragma_index_list(t.name) AS i WHERE i.origin = 'c'"
        ),
    ];
    let mut found = BTreeSet::new();
    for query in queries {
        found.extend(sqlite_lines(&mut connection, &query).await);
    }
    found.into_iter().map(|line| line.replace(" INTEGER", " BIGINT").replace(" BLOB", " BYTEA")).collect()
}

async fn of_postgres(db: &TestDb) -> BTreeSet<String> {
    let mut connection = db.postgres_connection().await;
    let tables = "pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' AND t.relkind = 'r'
                  AND t.relname NOT LIKE '\\_%'";
    let names = |numbers: &str, of: &str| {
        format!(
            "(SELECT string_agg(a.attname, ', ' ORDER BY u.position) FROM unnest({numbers}) WITH ORDINALITY
              AS u (number, position) JOIN pg_attribute a ON a.attrelid = {of} AND a.attnum = u.number)"
        )
    };
    let (key, referenced) = (names("k.conkey", "t.oid"), names("k.confkey", "k.confrelid"));
    let of_index = names("x.indkey::int2[]", "t.oid");
    let queries = [
        format!(
            "SELECT t.relname || '.' || c.attname || ' ' || upper(format_type(c.atttypid, c.atttypmod))
             || CASE WHEN c.attnotnull THEN ' NOT NULL' ELSE '' END
             || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
             FROM {tables} JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
             LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = c.attnum"
        ),
        format!(
            "SELECT t.relname || CASE k.contype WHEN 'p' THEN ' PRIMARY KEY (' ELSE ' UNIQUE (' END || {key} || ')'
             FROM {tables} JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('p', 'u')"
        ),
        format!(
            "SELECT t.relname || ' FOREIGN KEY (' || {key} || ') ' || r.relname || ' (' || {referenced} || ') '
             || CASE k.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'c' THEN 'CASCADE' ELSE k.confdeltype::text END
             FROM {tables} JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
             JOIN pg_class r ON r.oid = k.confrelid"
        ),
        format!(
            "SELECT t.relname || ' INDEX ' || i.relname || CASE WHEN x.indisunique THEN ' UNIQUE' ELSE '' END || ' ('
             || {of_index} || ')' || coalesce(' WHERE ' || pg_get_expr(x.indpred, t.oid, true), '')
             FROM {tables} JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
             WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u'))"
        ),
    ];
    let mut found = BTreeSet::new();
    for query in queries {
        found.extend(lines(&mut connection, &query).await);
    }
    // PostgreSQL shows the type of each literal.
    found.into_iter().map(|line| line.replace("::text", "")).collect()
}

async fn sqlite_lines(connection: &mut SqliteConnection, query: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn lines(connection: &mut sqlx::PgConnection, query: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
