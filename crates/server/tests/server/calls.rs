//! Requests as any HTTP client can send them, without our own client in between.

use opnc_messages::{Operation, Role};
use opnc_test_util::{TestEcosystem, TestParty};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON with {}: {:?}", self.status, self.text))
    }

    /// The messages of an error.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.json()["errorMessages"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }
}

/// A request to a path, without a token.
pub(crate) fn request(ecosystem: &TestEcosystem, method: &str, path: &str) -> RequestBuilder {
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    client.request(method, format!("{}{path}", ecosystem.base_url()))
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

/// A request to a path with a token of the first party of a role.
pub(crate) async fn call(ecosystem: &TestEcosystem, role: Role, method: &str, path: &str) -> RequestBuilder {
    let token = token(ecosystem, ecosystem.party(role), None).await;
    request(ecosystem, method, path).bearer_auth(token)
}

/// The path of an operation with identifiers in the place of its parameters.
pub(crate) fn path_of(operation: Operation, emaid: &str, pcid: &str) -> String {
    let info = operation.info();
    let path = info.path.replace("{emaid}", emaid).replace("{pcid}", pcid);
    let path = path.replace("{rootCertificateId}", "c52fe6ad-1e39-4f6e-a0d0-e2d51aacf09f");
    format!("{}{path}", info.service.prefix())
}

/// An access token.
pub(crate) async fn token(ecosystem: &TestEcosystem, party: &TestParty, scope: Option<&str>) -> String {
    let mut body = "grant_type=client_credentials".to_owned();
    if let Some(scope) = scope {
        body = format!("{body}&scope={}", scope.replace(' ', "+"));
    }
    let answer = send(token_request(ecosystem, party).body(body)).await;
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("no token: {}", answer.text)).to_owned()
}

/// A request to the token endpoint with the party's credentials and the content type of a form.
pub(crate) fn token_request(ecosystem: &TestEcosystem, party: &TestParty) -> RequestBuilder {
    let credentials = &party.credentials;
    request(ecosystem, "POST", "/oauth2/token")
        .basic_auth(&credentials.client_id, Some(credentials.client_secret.as_str()))
        .header("content-type", "application/x-www-form-urlencoded")
}
