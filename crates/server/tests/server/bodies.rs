//! Bodies that are not what they should be.

use opnc_messages::Role;
use opnc_test_util::TestEcosystem;

use opnc_test_util::calls::{call, send};

const ADD_CAR: &str = "/opnc/v1/pcp/provisioningcertificates";

#[tokio::test]
async fn only_json() {
    let ecosystem = TestEcosystem::start().await;
    for content_type in ["application/xml", "multipart/form-data; boundary=x", "text/plain", "application/jsonp"] {
        let request = call(&ecosystem, Role::EmspNoPki, "PUT", "/opnc/v1/cps/contractData/generateandsign").await;
        let answer = send(request.header("content-type", content_type).body("<a/>")).await;
        assert_eq!(answer.status, 415, "{content_type}");
        assert_eq!(
            answer.messages(),
            [format!("The body must be sent as application/json; the Content-Type header says {content_type}.")]
        );
    }
    let answer = send(call(&ecosystem, Role::Oem, "PUT", ADD_CAR).await.body("{}")).await;
    assert_eq!(answer.status, 415);
    assert!(answer.messages()[0].ends_with("says nothing."));
}

#[tokio::test]
async fn malformed_json_is_400_and_every_problem_is_named() {
    let ecosystem = TestEcosystem::start().await;
    let bodies: [&[u8]; 9] =
        [b"", b" ", b"{", b"[]", b"null", b"7", b"\"text\"", b"\xff\xfe", b"{\"provisioningCertificateChain\": 1}"];
    for body in bodies {
        let request = call(&ecosystem, Role::Oem, "PUT", ADD_CAR).await;
        let answer = send(request.header("content-type", "application/json").body(body)).await;
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.text);
        assert!(!answer.messages().is_empty());
    }
    let request = call(&ecosystem, Role::EmspNoPki, "PUT", "/opnc/v1/cps/contractData/generateandsign").await;
    let answer = send(request.json(&serde_json::json!({"emaid": "x", "pcid": "y"}))).await;
    assert_eq!(answer.status, 400);
    let messages = answer.messages();
    assert!(messages.iter().any(|message| message.starts_with("emaid : must match")), "{messages:?}");
    assert!(messages.iter().any(|message| message.starts_with("pcid : must match")), "{messages:?}");
}

/// A deeply nested body is refused by the parser, not by the stack.
#[tokio::test]
async fn deep_nesting() {
    let ecosystem = TestEcosystem::start().await;
    let request = call(&ecosystem, Role::Oem, "PUT", ADD_CAR).await;
    let answer = send(request.header("content-type", "application/json").body("[".repeat(200_000))).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_body_of_the_limit_is_read_and_a_larger_one_refused() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.body_limit = 1000).await;
    for (size, status) in [(1000, 400), (1001, 413), (7000, 413)] {
        let request = call(&ecosystem, Role::Oem, "PUT", ADD_CAR).await;
        let body = format!("{{{}}}", " ".repeat(size - 2));
        let answer = send(request.header("content-type", "application/json").body(body)).await;
        assert_eq!(answer.status, status, "{size}: {}", answer.text);
        if status == 413 {
            assert_eq!(answer.messages(), ["The body is larger than 1000 bytes."]);
        }
    }
}

/// Access comes before anything about the body.
#[tokio::test]
async fn a_caller_without_the_role_learns_nothing_of_the_body() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.body_limit = 10).await;
    let request = call(&ecosystem, Role::Cpo, "PUT", ADD_CAR).await;
    assert_eq!(send(request.header("content-type", "text/plain").body("x".repeat(100))).await.status, 403);
}
