//! The trust service over HTTP.

use opnc_client::signed::{KeySet, verify};
use opnc_services::signed_document;
use opnc_test_util::TestEcosystem;
use opnc_test_util::calls::{request, send};

/// Whoever reads a signed document asks for the key without being a party.
#[tokio::test]
async fn keys_are_for_anybody_and_verify_what_is_signed() {
    let ecosystem = TestEcosystem::start().await;
    let text = signed_document::sign(&ecosystem.ecosystem, "opnc-test+jws", b"{}").await.unwrap();
    for version in ["v1", "1.0"] {
        let answer = send(request(&ecosystem, "GET", &format!("/opnc/{version}/trust/keys"))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let keys = KeySet::parse(answer.text.as_bytes()).unwrap();
        assert_eq!(verify(text.as_bytes(), "opnc-test+jws", &keys, 1000).unwrap().payload, b"{}");
    }
}
