//! Every SQL text of the store is one that the engine understands, and finds its rows by an index.

use std::collections::HashSet;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqlSafeStr};

use crate::test_db::TestDb;

/// Statements that read all of a table, or walk an index in its order: because all of it is asked for, because it is
/// small, or because the index holds nothing but what is asked for (the events that wait).
const WALKS: [&str; 6] =
    ["parties::LIST", "authorities::LIST", "roots::LIST", "roots::COUNT", "outbox::WAITING", "outbox::LEASE"];

async fn raw(db: &TestDb) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(db.path())).await.unwrap()
}

#[test]
fn names_are_unique() {
    let mut seen = HashSet::new();
    for statement in opnc_store::statements() {
        assert!(seen.insert(statement.name), "{} is there twice", statement.name);
    }
    assert!(seen.len() > 40, "only {} statements", seen.len());
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let db = TestDb::empty().await;
    let mut connection = raw(&db).await;
    for statement in opnc_store::statements() {
        let prepared = connection.prepare(statement.text.into_sql_str()).await;
        assert!(prepared.is_ok(), "{}: {}", statement.name, prepared.unwrap_err());
    }
}

/// The portable subset: what one of the engines would not understand.
#[test]
fn no_statement_uses_what_only_one_engine_has() {
    let banned =
        ["?", "json_", "strftime", "datetime(", "ifnull(", "insert or ", "rowid", " glob ", "now()", "::text", "ilike"];
    for statement in opnc_store::statements() {
        let text = statement.text.to_lowercase();
        for word in banned {
            assert!(!text.contains(word), "{} uses {word}", statement.name);
        }
    }
}

#[tokio::test]
async fn every_look_up_uses_an_index() {
    let db = TestDb::empty().await;
    let mut connection = raw(&db).await;
    for statement in opnc_store::statements() {
        let may_walk = WALKS.iter().any(|name| statement.name.ends_with(name));
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.text)))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        let walks = steps.iter().any(|step| step.starts_with("SCAN"));
        assert!(may_walk || !walks, "{}: {steps:?}", statement.name);
    }
}
