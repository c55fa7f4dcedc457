//! What load balancers ask.

use std::time::Duration;

use opnc_test_util::TestEcosystem;
use serde_json::json;

use opnc_test_util::calls::{request, send};

#[tokio::test]
async fn readiness_follows_the_database() {
    let ecosystem = TestEcosystem::start().await;
    assert_eq!(send(request(&ecosystem, "GET", "/livez")).await.json(), json!({"status": "alive"}));
    assert_eq!(send(request(&ecosystem, "GET", "/readyz")).await.json(), ready());
    ecosystem.ecosystem.store().close().await;
    assert_eq!(send(request(&ecosystem, "GET", "/livez")).await.status, 200);
    let answer = send(request(&ecosystem, "GET", "/readyz")).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.messages(), ["The database does not answer."]);
}

/// Whoever asks does not wait for the database for longer than a load balancer does.
#[tokio::test]
async fn readiness_is_answered_in_time() {
    let ecosystem = TestEcosystem::start_with(|options| options.store.readers = 2).await;
    let store = ecosystem.ecosystem.store();
    let all = (store.read().await.unwrap(), store.read().await.unwrap());
    let asked = tokio::time::timeout(Duration::from_secs(4), send(request(&ecosystem, "GET", "/readyz"))).await;
    let answer = asked.expect("an answer within two seconds");
    assert_eq!(answer.status, 503);
    assert_eq!(answer.messages(), ["The database did not answer within 2 seconds."]);
    drop(all);
    assert_eq!(send(request(&ecosystem, "GET", "/readyz")).await.json(), ready());
}

fn ready() -> serde_json::Value {
    json!({"status": "ready", "checks": {"database": "ok", "schema": "ok", "ecosystem": "ok", "keys": "ok"}})
}
