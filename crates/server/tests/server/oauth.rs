//! The token endpoint: its four forms, its refusals, and where clients find it.

use opnc_messages::Role;
use opnc_test_util::{TestEcosystem, TestParty};
use serde_json::json;

use opnc_test_util::calls::{request, send, token_request};

const FORM: &str = "application/x-www-form-urlencoded";

/// Form or JSON, credentials in the header or in the body: all four are the same request.
#[tokio::test]
async fn four_ways_to_ask() {
    let ecosystem = TestEcosystem::start().await;
    let TestParty { credentials, .. } = ecosystem.party(Role::EmspOwnPki);
    let (id, secret) = (&credentials.client_id, credentials.client_secret.as_str());
    let post = || request(&ecosystem, "POST", "/oauth2/token");
    let form = |body: String| post().header("content-type", FORM).body(body);
    let requests = [
        form("grant_type=client_credentials".into()).basic_auth(id, Some(secret)),
        form(format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")),
        post().json(&json!({"grant_type": "client_credentials"})).basic_auth(id, Some(secret)),
        post().json(&json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret})),
    ];
    for request in requests {
        let answer = send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["pragma"], "no-cache");
        let body = answer.json();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3600);
        assert_eq!(body["scope"], "rcp pcp cps ccp trust event");
        assert_eq!(body["access_token"].as_str().unwrap().split('.').count(), 3);
    }
}

#[tokio::test]
async fn a_scope_can_be_asked_for() {
    let ecosystem = TestEcosystem::start().await;
    let admin = ecosystem.party(Role::Admin);
    for (scope, status, granted) in [
        ("", 200, Some("rcp trust federation")),
        ("rcp", 200, Some("rcp")),
        ("rcp+rcp", 200, Some("rcp")),
        ("ccp", 400, None),
        ("rcp+everything", 400, None),
    ] {
        let body = format!("grant_type=client_credentials&scope={scope}");
        let answer = send(token_request(&ecosystem, admin).body(body)).await;
        assert_eq!(answer.status, status, "{scope}: {}", answer.text);
        match granted {
            Some(granted) => assert_eq!(answer.json()["scope"], granted),
            None => assert_eq!(answer.json()["error"], "invalid_scope"),
        }
    }
}

/// RFC 6749, 5.2, with the members of every other error beside its own.
#[tokio::test]
async fn refusals_have_the_form_of_the_rfc() {
    let ecosystem = TestEcosystem::start().await;
    let TestParty { credentials, .. } = ecosystem.party(Role::Cpo);
    let (id, secret) = (&credentials.client_id, credentials.client_secret.as_str());
    let other_secret = ecosystem.party(Role::Oem).credentials.client_secret.as_str();
    let post = |content_type: &str, body: String| {
        request(&ecosystem, "POST", "/oauth2/token").header("content-type", content_type).body(body)
    };
    let grant = "grant_type=client_credentials";
    let cases = [
        (post(FORM, grant.into()).basic_auth(id, Some("wrong")), 401, "invalid_client"),
        (post(FORM, grant.into()).basic_auth(id, Some(other_secret)), 401, "invalid_client"),
        (post(FORM, grant.into()).basic_auth("nobody", Some(secret)), 401, "invalid_client"),
        (post(FORM, grant.into()), 401, "invalid_client"),
        (post(FORM, grant.into()).bearer_auth("x"), 401, "invalid_client"),
        (post(FORM, format!("{grant}&client_id={id}&client_secret=")), 401, "invalid_client"),
        (post(FORM, format!("{grant}&client_secret=x")).basic_auth(id, Some(secret)), 400, "invalid_request"),
        (post(FORM, String::new()).basic_auth(id, Some(secret)), 400, "invalid_request"),
        (post(FORM, format!("{grant}&{grant}")).basic_auth(id, Some(secret)), 400, "invalid_request"),
        (post("text/plain", grant.into()).basic_auth(id, Some(secret)), 400, "invalid_request"),
        (post("application/json", "{".into()).basic_auth(id, Some(secret)), 400, "invalid_request"),
        (post(FORM, "grant_type=password".into()).basic_auth(id, Some(secret)), 400, "unsupported_grant_type"),
        (post(FORM, format!("{grant}&x={}", "x".repeat(9000))).basic_auth(id, Some(secret)), 413, "invalid_request"),
    ];
    for (request, status, error) in cases {
        let answer = send(request).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["error"]), (status, &json!(error)), "{}", answer.text);
        assert_eq!(answer.messages(), [body["error_description"].as_str().unwrap()]);
        assert_eq!(body["traceId"], answer.headers["opnc-trace-id"].to_str().unwrap());
        assert_eq!(answer.headers["cache-control"], "no-store");
        if status == 401 {
            assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Basic "));
        }
    }
    assert_eq!(send(request(&ecosystem, "GET", "/oauth2/token")).await.status, 405);
}

#[tokio::test]
async fn clients_find_everything_from_the_base_url() {
    let ecosystem = TestEcosystem::start().await;
    let metadata = send(request(&ecosystem, "GET", "/.well-known/oauth-authorization-server")).await.json();
    let base = ecosystem.base_url();
    assert_eq!(metadata["issuer"], base);
    assert_eq!(metadata["token_endpoint"], format!("{base}/oauth2/token"));
    assert_eq!(metadata["jwks_uri"], format!("{base}/oauth2/jwks.json"));
    assert_eq!(
        metadata["scopes_supported"],
        json!(["rcp", "pcp", "cps", "ccp", "pki", "event", "trust", "federation"])
    );
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["client_secret_basic", "client_secret_post"]));

    let keys = send(request(&ecosystem, "GET", "/oauth2/jwks.json")).await.json();
    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("EC"), &json!("P-256"), &json!("ES256")));
    assert!(key.get("d").is_none(), "the private half stays at home");
    let token = opnc_test_util::calls::token(&ecosystem, ecosystem.party(Role::Cps), None).await;
    assert_eq!(jsonwebtoken::decode_header(&token).unwrap().kid.as_deref(), key["kid"].as_str());
    // The published key verifies the token in other people's code.
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    rules.set_audience(&[base]);
    rules.validate_exp = false;
    let key = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
    jsonwebtoken::decode::<serde_json::Value>(&token, &key, &rules).unwrap();
}
