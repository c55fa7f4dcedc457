//! Every SQL text of the store is one that both engines understand, and finds its rows by an index.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};

use crate::test_db::TestDb;

/// Statements that read all of a table, or walk an index in its order: because all of it is asked for, because it is
/// small, or because the index holds nothing but what is asked for (the events that wait).
const WALKS: &[&str] = &[
    "parties::LIST",
    // Whether there is one at all.
    "parties::ANY",
    "peers::LIST",
    "peer_roots::LIST",
    "peer_descriptions::LIST",
    "introductions::COUNT",
    "introductions::LIST",
    "authorities::LIST",
    "event_endpoints::LIST",
    "event_endpoints::ENABLED",
    "roots::LIST",
    "roots::COUNT",
    "roots::ENDED",
    // Those of which nobody has told yet: few, and soon none.
    "unchecked_cars::COUNT",
    "root_changes::LIST",
    "root_changes::EXPIRE",
    // Each endpoint, with a look into the index of what waits for it.
    "event_endpoints::health::DUE",
    // By a job, without the write lock.
    "deliveries::ORPHANS",
    "deliveries::log::LIST",
    "deliveries::log::AGAIN",
    "deliveries::log::SOONER",
    "deliveries::log::STANDING",
    "deliveries::log::PARKED",
    "deliveries::work::UNBLOCK",
    "deliveries::work::WAIT_FOR_EARLIER",
    "outbox::OPEN",
    "outbox::LAG_OPEN",
    "audit::ends::FIRST_SINCE",
    "party_identifiers::HOLDERS",
    "party_identifiers::OF_PARTICIPANTS",
    "trust_lists::LIST",
];

fn may_walk(name: &str) -> bool {
    WALKS.iter().any(|walk| name.ends_with(walk))
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
async fn every_statement_can_be_prepared_on_sqlite() {
    let db = TestDb::sqlite().await;
    let mut connection = db.sqlite_connection().await;
    for statement in opnc_store::statements() {
        let prepared = connection.prepare(statement.text.into_sql_str()).await;
        assert!(prepared.is_ok(), "{}: {}", statement.name, prepared.unwrap_err());
    }
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_postgres() {
    let Some(db) = TestDb::postgres("every_statement_can_be_prepared_on_postgres").await else { return };
    let mut connection = db.postgres_connection().await;
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
async fn every_look_up_uses_an_index_on_sqlite() {
    let db = TestDb::sqlite().await;
    let mut connection = db.sqlite_connection().await;
    for statement in opnc_store::statements() {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.text)))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        let walks = steps.iter().any(|step| step.starts_with("SCAN") && !step.contains("CONSTANT ROW"));
        assert!(may_walk(statement.name) || !walks, "{}: {steps:?}", statement.name);
    }
}

/// The plan for any parameters, with walking a table as the last resort: then there is no index that fits.
#[tokio::test]
async fn every_look_up_uses_an_index_on_postgres() {
    let Some(db) = TestDb::postgres("every_look_up_uses_an_index_on_postgres").await else { return };
    let mut connection = db.postgres_connection().await;
    connection.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan").await.unwrap();
    for statement in opnc_store::statements() {
        let parameters = (1..).take_while(|number| statement.text.contains(&format!("${number}"))).count();
        let values = vec!["NULL"; parameters].join(", ");
        let values = if parameters == 0 { String::new() } else { format!("({values})") };
        let asked = format!("PREPARE asked AS {}", statement.text);
        connection.execute(AssertSqlSafe(asked)).await.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
        let plan = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN EXECUTE asked{values}")));
        let plan = connection.fetch_all(plan).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        let walks = steps.iter().any(|step| step.contains("Seq Scan"));
        assert!(may_walk(statement.name) || !walks, "{}: {steps:#?}", statement.name);
        connection.execute("DEALLOCATE asked").await.unwrap();
    }
}
