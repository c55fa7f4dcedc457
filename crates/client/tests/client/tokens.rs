//! Tokens: fetched once, kept, renewed in time.

use crate::canned::{Answer, Canned, Request, TestClock};
use opnc_client::{Access, Client, ClientError, Credentials};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A server that gives out tokens `token-1`, `token-2`… of an hour, and answers everything else with an empty list.
async fn server(accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Canned {
    let issued = AtomicU32::new(0);
    Canned::start(move |request| {
        if is_token_request(request) {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let body = json!({"access_token": format!("token-{number}"), "token_type": "Bearer", "expires_in": 3600});
            return Answer::new(200, body.to_string());
        }
        if accepts(request.headers["authorization"].trim_start_matches("Bearer ")) {
            Answer::new(200, "{}")
        } else {
            Answer::new(401, r#"{"errorMessages": ["no"], "traceId": "1c8c56cb-b71f-46a5-8788-5ddcedc88e2a"}"#)
        }
    })
    .await
}

fn is_token_request(request: &Request) -> bool {
    request.target.ends_with("/oauth2/token")
}

fn count(server: &Canned) -> (usize, usize) {
    let requests = server.requests();
    let tokens = requests.iter().filter(|request| is_token_request(request)).count();
    (tokens, requests.len() - tokens)
}

fn client(server: &Canned, clock: &Arc<TestClock>) -> Client {
    Client::new(&server.base, Access::credentials("oem-a", "s:cret"), Arc::clone(clock) as _).unwrap()
}

#[tokio::test]
async fn a_token_is_asked_for_as_rfc_6749_says() {
    let server = server(|_| true).await;
    client(&server, &Arc::default()).get_cps_certificates().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/oauth2/token"));
    // base64 of `oem-a:s%3Acret`
    assert_eq!(request.headers["authorization"], "Basic b2VtLWE6cyUzQWNyZXQ=");
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(request.body, "grant_type=client_credentials");
    assert_eq!(server.requests()[1].headers["authorization"], "Bearer token-1");
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_its_end() {
    let server = server(|_| true).await;
    let clock: Arc<TestClock> = Arc::default();
    let client = client(&server, &clock);
    for (forward, tokens) in [(0, 1), (3569, 1), (1, 2), (3569, 2), (100, 3)] {
        clock.forward(forward);
        client.clone().get_cps_certificates().await.unwrap();
        assert_eq!(count(&server).0, tokens, "after {forward} more seconds");
    }
}

#[tokio::test]
async fn many_calls_at_once_ask_for_one_token() {
    let server = server(|_| true).await;
    let client = client(&server, &Arc::default());
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.get_cps_certificates().await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(count(&server), (1, 20));
}

#[tokio::test]
async fn a_token_that_is_no_longer_accepted_is_renewed_once() {
    let server = server(|token| token == "token-2").await;
    client(&server, &Arc::default()).get_cps_certificates().await.unwrap();
    assert_eq!(count(&server), (2, 2));
}

#[tokio::test]
async fn a_client_that_is_not_let_in_learns_so() {
    let server = server(|_| false).await;
    let error = client(&server, &Arc::default()).get_cps_certificates().await.unwrap_err();
    assert!(matches!(error, ClientError::Api { status: 401, .. }), "{error}");
    assert_eq!(count(&server), (2, 2));
    let error = server.client().get_cps_certificates().await.unwrap_err();
    assert_eq!((error.status(), count(&server)), (Some(401), (2, 3)));
}

#[tokio::test]
async fn a_refusal_of_the_token_endpoint_is_told() {
    for (status, body, expected) in [
        (
            401,
            r#"{"error": "invalid_client", "error_description": "unknown client"}"#,
            "invalid_client: unknown client",
        ),
        (400, r#"{"error": "unsupported_grant_type"}"#, "unsupported_grant_type"),
        (502, "<html>", "<html>"),
        (200, "{}", "missing field `access_token` at line 1 column 2"),
    ] {
        let server = Canned::start(move |_| Answer::new(status, body)).await;
        let error = client(&server, &Arc::default()).get_cps_certificates().await.unwrap_err();
        let ClientError::Token { status: found, reason } = error else { panic!("{error}") };
        assert_eq!((found, reason.as_str()), (status, expected));
        assert_eq!(server.requests().len(), 1);
    }
}

/// Callers that go before the token is there take it from nobody: it is fetched once, and the next call has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_comes_late_is_kept_all_the_same() {
    let (gate, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let server = Canned::start(move |request| {
        if is_token_request(request) {
            // Another thread goes on with the rest meanwhile, the timers above all.
            let _ = tokio::task::block_in_place(|| wait.lock().unwrap().recv());
            return Answer::new(200, r#"{"access_token": "t", "expires_in": 3600}"#);
        }
        Answer::new(200, "{}")
    })
    .await;
    let client = client(&server, &Arc::default());
    for _ in 0..5 {
        let call = client.get_cps_certificates();
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), call).await.is_err());
    }
    gate.send(()).unwrap();
    client.get_cps_certificates().await.unwrap();
    assert_eq!(count(&server), (1, 1));
}

#[tokio::test]
async fn tokens_may_come_from_elsewhere() {
    let issuer = server(|_| true).await;
    let server = server(|_| true).await;
    let Access::Credentials(credentials) = Access::credentials("a", "b") else { unreachable!() };
    let token_url = Some(format!("{}/realms/x/oauth2/token", issuer.base));
    let access = Access::Credentials(Credentials { token_url, ..credentials });
    let client = Client::new(&server.base, access, Arc::new(TestClock::default())).unwrap();
    client.get_cps_certificates().await.unwrap();
    assert_eq!((count(&issuer), count(&server)), ((1, 0), (0, 1)));
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?} {:?}", Access::credentials("oem-a", "s3cret"), Access::bearer("t0ken"));
    assert!(!shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
}
