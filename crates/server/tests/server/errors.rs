//! The shape of errors (B10): whatever is wrong, the body is `errorMessages` and `traceId`.

use std::time::Duration;

use opnc_messages::{Operation, Role};
use opnc_test_util::TestEcosystem;

use opnc_test_util::calls::{Answer, call, path_of, request, send, token_request};

fn assert_shape(answer: &Answer, what: &str) {
    assert!(answer.status >= 400, "{what}: {}", answer.status);
    assert_eq!(answer.headers["content-type"], "application/json", "{what}");
    let body = answer.json();
    let messages = answer.messages();
    assert!(!messages.is_empty() && messages.iter().all(|message| !message.is_empty()), "{what}: {body}");
    let unique: std::collections::BTreeSet<_> = messages.iter().collect();
    assert_eq!(unique.len(), messages.len(), "{what}: {body}");
    assert_eq!(body["traceId"], answer.headers["opnc-trace-id"].to_str().unwrap(), "{what}");
    assert!(body["traceId"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
}

#[tokio::test]
async fn every_error_has_the_same_shape() {
    let ecosystem = TestEcosystem::start().await;
    for path in ["/", "/opnc", "/opnc/v1", "/opnc/v1/", "/opnc/v9/rcp", "/opnc/v1/rcp/x/y/z", "/%00", "//", "/..%2f"] {
        for method in ["GET", "PUT", "POST", "DELETE", "OPTIONS", "TRACE"] {
            assert_shape(&send(request(&ecosystem, method, path)).await, &format!("{method} {path}"));
        }
    }
    for operation in Operation::ALL.iter().copied() {
        let (method, path) = (operation.info().method, path_of(operation, "DECCC000000001", "WAA00000000000001"));
        assert_shape(&send(request(&ecosystem, method, &path)).await, &format!("{operation:?} without a token"));
        assert_shape(&send(request(&ecosystem, "PATCH", &path)).await, &format!("PATCH {operation:?}"));
        for role in Role::ALL {
            let sent =
                call(&ecosystem, role, method, &path).await.header("content-type", "application/json").body("{}");
            let answer = send(sent).await;
            if answer.status >= 400 {
                assert_shape(&answer, &format!("{role} {operation:?}"));
            }
        }
    }
}

/// What the database cannot do now is not the fault of the request, and can be asked again.
#[tokio::test]
async fn a_busy_database_is_503_and_says_when_to_come_again() {
    let ecosystem = TestEcosystem::start_with(|options| {
        options.store.readers = 1;
        options.store.busy_timeout = Duration::from_millis(100);
    })
    .await;
    let request = call(&ecosystem, Role::Oem, "GET", "/opnc/v1/rcp/rootcertificates").await;
    let token = |ecosystem: &TestEcosystem| {
        token_request(ecosystem, ecosystem.party(Role::Oem)).body("grant_type=client_credentials")
    };
    let only_one = ecosystem.ecosystem.store().read().await.unwrap();
    for (request, what, code) in
        [(request, "a read", None), (token(&ecosystem), "a token", Some("temporarily_unavailable"))]
    {
        let answer = send(request).await;
        assert_eq!(answer.status, 503, "{what}: {}", answer.text);
        assert_shape(&answer, what);
        assert_eq!(answer.messages(), ["The database is busy or away: send the request again in a moment."]);
        assert_eq!(answer.headers["retry-after"], "1", "{what}");
        assert_eq!(answer.json()["error"].as_str(), code, "{what}");
    }
    drop(only_one);
    assert_eq!(send(token(&ecosystem)).await.status, 200);
}

/// Nothing of what failed on our side leaves the house.
#[tokio::test]
async fn internal_errors_tell_no_details() {
    let ecosystem = TestEcosystem::start().await;
    let request = call(&ecosystem, Role::Oem, "GET", "/opnc/v1/rcp/rootcertificates").await;
    ecosystem.ecosystem.store().close().await;
    // The party is remembered for some seconds; its roots have to be read.
    let answer = send(request).await;
    assert_eq!(answer.status, 500, "{}", answer.text);
    assert_shape(&answer, "a closed database");
    assert_eq!(
        answer.messages(),
        ["Something failed on the server; the operator finds it in the log by the trace id."]
    );
}
