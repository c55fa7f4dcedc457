//! The shape of errors (B10): whatever is wrong, the body is `errorMessages` and `traceId`.

use opnc_messages::{Operation, Role};
use opnc_test_util::TestEcosystem;

use opnc_test_util::calls::{Answer, call, path_of, request, send};

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
