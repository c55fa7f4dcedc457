//! Answers of every kind, good and hostile.

use crate::canned::{Answer, Canned, TestClock};
use opnc_client::{Access, Client, ClientError, RootFilter};
use opnc_messages::ids::Pcid;
use std::sync::Arc;

async fn error_of(answer: Answer) -> ClientError {
    let server = Canned::start(move |_| answer.clone()).await;
    server.client().get_root_certificates(RootFilter::default()).await.unwrap_err()
}

#[tokio::test]
async fn an_opnc_error_is_typed() {
    let body = r#"{"errorMessages": ["a", "b"], "traceId": "1c8c56cb-b71f-46a5-8788-5ddcedc88e2a",
        "signedContractDataCollection": [{"certificateInstallationRes": "gJg=", "xsdMsgDefNamespace": "urn:iso:15118:2:2013:MsgDef"}]}"#;
    let error = error_of(Answer::new(400, body)).await;
    assert_eq!(error.to_string(), "the service answered 400: a b");
    let ClientError::Api { status: 400, body, .. } = error else { panic!("{error}") };
    assert_eq!(body.signed_contract_data_collection.unwrap()[0].certificate_installation_res.as_bytes(), [0x80, 0x98]);
}

#[tokio::test]
async fn other_errors_keep_their_status_and_the_start_of_their_body() {
    let error = error_of(Answer::new(502, format!("<html>{}", "x".repeat(10_000)))).await;
    let ClientError::Status { status: 502, text, .. } = error else { panic!("{error}") };
    assert!(text.starts_with("<html>xxx") && text.len() == 500);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let redirect = Answer { headers: "location: /elsewhere\r\n".to_owned(), ..Answer::new(302, "") };
    let server = Canned::start(move |_| redirect.clone()).await;
    let error = server.client().get_root_certificates(RootFilter::default()).await.unwrap_err();
    assert!(matches!(error, ClientError::Status { status: 302, .. }), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_names_every_problem() {
    let error = error_of(Answer::new(200, r#"{"rootCertificateCollection": [{"rootType": 1, "validTo": 2}]}"#)).await;
    let ClientError::Unreadable(problems) = error else { panic!("{error}") };
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(matches!(error_of(Answer::new(200, "")).await, ClientError::Unreadable(_)));
}

#[tokio::test]
async fn endless_answers_are_cut_off() {
    for status in [200, 400] {
        let error = error_of(Answer::new(status, vec![b' '; 2 * 1024 * 1024])).await;
        assert!(matches!(error, ClientError::TooLarge { limit: 1_048_576 }), "{error}");
    }
    let error = error_of(Answer { headers: "content-length: 100\r\n".to_owned(), ..Answer::new(200, "{}") }).await;
    assert!(matches!(error, ClientError::Transport(_)), "a body that ends early: {error}");
}

#[tokio::test]
async fn a_car_that_is_not_in_the_pool_is_no_error() {
    let pcid = Pcid::parse("DEHUBCOPNCPROVCER").unwrap();
    let official = r#"{"errorMessages": ["The OEM provisioning certificate with given PCID is not found."], "traceId": "807838e3-b058-447c-b6f8-233638cefc18"}"#;
    let server = Canned::start(move |_| Answer::new(404, official)).await;
    assert!(!server.client().look_up_vehicle(&pcid, None).await.unwrap());
    let other = Canned::start(|_| Answer::new(404, "no such page")).await;
    assert_eq!(other.client().look_up_vehicle(&pcid, None).await.unwrap_err().status(), Some(404));
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let client = Client::new("http://127.0.0.1:1", Access::bearer("x"), Arc::new(TestClock::default())).unwrap();
    let error = client.look_up_vehicle(&Pcid::parse("DEHUBCOPNCPROVCER").unwrap(), None).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(matches!(error, ClientError::Transport(_)) && !shown.contains("DEHUB"), "{shown}");
}

#[test]
fn urls_that_cannot_be_used() {
    for url in ["", "localhost:8080", "ftp://a", "data:x"] {
        let error = Client::new(url, Access::bearer("x"), Arc::new(TestClock::default())).unwrap_err();
        assert!(matches!(error, ClientError::Url { .. }), "{url}");
    }
}
