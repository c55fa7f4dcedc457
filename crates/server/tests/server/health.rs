//! What load balancers ask.

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

fn ready() -> serde_json::Value {
    json!({"status": "ready", "checks": {"database": "ok", "schema": "ok", "keys": "ok"}})
}
