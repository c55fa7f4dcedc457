//! Access tokens that are not good enough.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use opnc_messages::Role;
use opnc_pki::key::{Algorithm, SoftwareKey, hmac_sha256};
use opnc_store::StoreError;
use opnc_store::parties::{self, PartyStatus};
use opnc_test_util::TestEcosystem;
use serde_json::{Value, json};

use opnc_test_util::calls::{Answer, request, send, token, token_request};

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";

async fn with_token(ecosystem: &TestEcosystem, token: &str) -> Answer {
    send(request(ecosystem, "GET", ROOTS).bearer_auth(token)).await
}

async fn good(ecosystem: &TestEcosystem) -> String {
    token(ecosystem, ecosystem.party(Role::Cpo), None).await
}

fn encode(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

fn claims_of(token: &str) -> Value {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

fn assert_refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, 401, "{}", answer.text);
    assert_eq!(answer.messages(), [why]);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with(r#"Bearer realm="opnc""#), "{challenge}");
}

#[tokio::test]
async fn a_good_token_says_who_and_what() {
    let ecosystem = TestEcosystem::start().await;
    let token = good(&ecosystem).await;
    assert_eq!(with_token(&ecosystem, &token).await.status, 200);
    let claims = claims_of(&token);
    assert_eq!(claims["iss"], ecosystem.base_url());
    assert_eq!(claims["aud"], ecosystem.base_url());
    assert_eq!(claims["sub"], ecosystem.party(Role::Cpo).credentials.party.to_string());
    assert_eq!(claims["client_id"], ecosystem.party(Role::Cpo).credentials.client_id);
    assert_eq!(claims["scope"], "rcp cps ccp pki trust event");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    // The scheme is read in any case (RFC 9110, 11.1).
    let answer = send(request(&ecosystem, "GET", ROOTS).header("authorization", format!("bEARER {token}"))).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn no_token_and_other_schemes() {
    let ecosystem = TestEcosystem::start().await;
    let answer = send(request(&ecosystem, "GET", ROOTS)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers["www-authenticate"], r#"Bearer realm="opnc""#);
    for header in ["Bearer", "Bearer ", "Basic YTpi", "token", "Bearer\t"] {
        let answer = send(request(&ecosystem, "GET", ROOTS).header("authorization", header)).await;
        assert_refused(&answer, "The Authorization header is not Bearer and an access token.");
    }
}

/// The header of a token chooses nothing: neither no signature, nor the public key as a shared secret.
#[tokio::test]
async fn other_algorithms() {
    let ecosystem = TestEcosystem::start().await;
    let good = good(&ecosystem).await;
    let claims = good.split('.').nth(1).unwrap();
    let none = format!("{}.{claims}.", encode(&json!({"alg": "none", "typ": "JWT"})));

    let keys = send(request(&ecosystem, "GET", "/oauth2/jwks.json")).await.json();
    let part = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
    let point = [vec![4], part("x"), part("y")].concat();
    let input = format!("{}.{claims}", encode(&json!({"alg": "HS256", "typ": "JWT", "kid": keys["keys"][0]["kid"]})));
    let hs256 = format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(hmac_sha256(&point, input.as_bytes())));

    for token in [none, hs256] {
        assert_refused(&with_token(&ecosystem, &token).await, "The access token is not valid here.");
    }
}

#[tokio::test]
async fn other_keys_issuers_and_audiences() {
    let (one, other) = (TestEcosystem::start().await, TestEcosystem::start().await);
    let token = good(&one).await;
    assert_refused(&with_token(&other, &token).await, "The access token is not valid here.");

    // Signed with our key, for somebody else, by somebody else, or for nobody.
    let header = token.split('.').next().unwrap();
    for (claim, value) in
        [("iss", json!("http://evil.example")), ("aud", json!("http://evil.example")), ("aud", Value::Null)]
    {
        let mut claims = claims_of(&token);
        claims[claim] = value;
        let input = format!("{header}.{}", encode(&claims));
        let signature = one.ecosystem.keys().sign("oauth", input.as_bytes()).unwrap();
        let forged = format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
        assert_refused(&with_token(&one, &forged).await, "The access token is not valid here.");
    }
    let input = token.rsplit_once('.').unwrap().0;
    let signature = SoftwareKey::generate(Algorithm::Secp256r1).unwrap().sign_raw(input.as_bytes()).unwrap();
    let forged = format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
    assert_refused(&with_token(&one, &forged).await, "The access token is not valid here.");
}

#[tokio::test]
async fn changed_and_truncated_tokens() {
    let ecosystem = TestEcosystem::start().await;
    let token = good(&ecosystem).await;
    for end in (0..token.len()).step_by(37).chain([token.len() - 1]).filter(|end| *end > 0) {
        assert_refused(&with_token(&ecosystem, &token[..end]).await, "The access token is not valid here.");
    }
    let other_claims = token.replacen('.', ".e30", 1);
    let too_long = format!("{token}{}", "x".repeat(5000));
    for wrong in [other_claims, too_long, "a.b.c".to_owned(), "...".to_owned()] {
        assert_refused(&with_token(&ecosystem, &wrong).await, "The access token is not valid here.");
    }
}

/// By the ecosystem's clock, also when the token was seen and remembered before.
#[tokio::test]
async fn tokens_end() {
    let ecosystem = TestEcosystem::start().await;
    let token = good(&ecosystem).await;
    ecosystem.clock.advance(3599);
    assert_eq!(with_token(&ecosystem, &token).await.status, 200);
    ecosystem.clock.advance(1);
    assert_refused(&with_token(&ecosystem, &token).await, "The access token has expired.");
    ecosystem.clock.advance(-1);
    assert_eq!(with_token(&ecosystem, &token).await.status, 200);
}

/// A disabled party is out within three seconds (five are promised), whatever its tokens say, and gets no new ones.
#[tokio::test]
async fn disabled_parties_are_out() {
    let ecosystem = TestEcosystem::start().await;
    let token = good(&ecosystem).await;
    assert_eq!(with_token(&ecosystem, &token).await.status, 200);
    let party = ecosystem.party(Role::Cpo).credentials.party;
    let store = ecosystem.ecosystem.store();
    let disabled: Result<bool, StoreError> = store
        .run_tx("disable", |tx| Box::pin(async move { parties::set_status(tx, party, PartyStatus::Disabled).await }))
        .await;
    assert!(disabled.unwrap());
    ecosystem.clock.advance(3);
    assert_refused(&with_token(&ecosystem, &token).await, "The party of this access token is disabled or gone.");
    let request = token_request(&ecosystem, ecosystem.party(Role::Cpo)).body("grant_type=client_credentials");
    assert_eq!(send(request).await.json()["error"], "invalid_client");
}
