//! Requests as any HTTP client can send them, without our own client in between.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use opnc_messages::{Operation, Role};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::{TestEcosystem, TestParty};

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON with {}: {:?}", self.status, self.text))
    }

    /// The messages of an error.
    pub fn messages(&self) -> Vec<String> {
        let body = self.json();
        let messages = body["errorMessages"].as_array().unwrap_or_else(|| panic!("no error: {}", self.text));
        messages.iter().map(|text| text.as_str().expect("a string").to_owned()).collect()
    }
}

/// The connections and tokens of a test's raw requests.
pub struct Calls {
    http: reqwest::Client,
    tokens: Mutex<HashMap<String, String>>,
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self { http: http(), tokens: Mutex::default() }
    }
}

/// A client that needs no roots of the machine, because nothing here is TLS.
fn http() -> reqwest::Client {
    reqwest::Client::builder().tls_certs_only([]).build().expect("a client")
}

impl TestEcosystem {
    /// Sends a request as the first party of a role; with a body, as JSON.
    pub async fn call(&self, role: Role, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.call_as(self.party(role), method, path, body).await
    }

    /// The same as the party with this name.
    pub async fn call_named(&self, name: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.call_as(self.party_named(name), method, path, body).await
    }

    /// The same as a party.
    pub async fn call_as(&self, party: &TestParty, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request_as(party, method, path).await;
        send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// A request with the party's token, which is asked for once and again when the clock was moved
    /// ([`TestEcosystem::forget_tokens`]).
    pub async fn request_as(&self, party: &TestParty, method: &str, path: &str) -> RequestBuilder {
        let client = &party.credentials.client_id;
        let known = self.calls.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(client).cloned();
        let token = match known {
            Some(token) => token,
            None => {
                let token = token(self, party, None).await;
                let mut tokens = self.calls.tokens.lock().unwrap_or_else(PoisonError::into_inner);
                tokens.insert(client.clone(), token.clone());
                token
            }
        };
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        self.calls.http.request(method, format!("{}{path}", self.base_url())).bearer_auth(token)
    }

    /// Moves the clock; tokens of before are not used any more.
    pub fn set_clock(&self, at: &str) {
        self.clock.set(at);
        self.forget_tokens();
    }

    /// Asks for new tokens from now on.
    pub fn forget_tokens(&self) {
        self.calls.tokens.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A request to a path on a connection of its own, without a token.
pub fn request(ecosystem: &TestEcosystem, method: &str, path: &str) -> RequestBuilder {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    http().request(method, format!("{}{path}", ecosystem.base_url()))
}

/// The answer to a request.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("a text") }
}

/// A request to a path with a token of the first party of a role.
pub async fn call(ecosystem: &TestEcosystem, role: Role, method: &str, path: &str) -> RequestBuilder {
    let token = token(ecosystem, ecosystem.party(role), None).await;
    request(ecosystem, method, path).bearer_auth(token)
}

/// The path of an operation with identifiers in the place of its parameters.
pub fn path_of(operation: Operation, emaid: &str, pcid: &str) -> String {
    let info = operation.info();
    let path = info.path.replace("{emaid}", emaid).replace("{pcid}", pcid);
    let path = path.replace("{id}", "c52fe6ad-1e39-4f6e-a0d0-e2d51aacf09f");
    let path = path.replace("{rootCertificateId}", "c52fe6ad-1e39-4f6e-a0d0-e2d51aacf09f");
    format!("{}{path}", info.service.prefix())
}

/// An access token.
pub async fn token(ecosystem: &TestEcosystem, party: &TestParty, scope: Option<&str>) -> String {
    let mut body = "grant_type=client_credentials".to_owned();
    if let Some(scope) = scope {
        body = format!("{body}&scope={}", scope.replace(' ', "+"));
    }
    let answer = send(token_request(ecosystem, party).body(body)).await;
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("no token: {}", answer.text)).to_owned()
}

/// A request to the token endpoint with the party's credentials and the content type of a form.
pub fn token_request(ecosystem: &TestEcosystem, party: &TestParty) -> RequestBuilder {
    let credentials = &party.credentials;
    request(ecosystem, "POST", "/oauth2/token")
        .basic_auth(&credentials.client_id, Some(credentials.client_secret.as_str()))
        .header("content-type", "application/x-www-form-urlencoded")
}
