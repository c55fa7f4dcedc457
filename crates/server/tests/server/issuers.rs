//! Access tokens of other issuers, signed by openssl, with an issuer that behaves and one that does not.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use opnc_client::outbound::Policy;
use opnc_messages::Role;
use opnc_server::config::{IssuerConfig, TokenAlgorithm};
use opnc_test_util::TestEcosystem;
use opnc_test_util::calls::{Answer, request, send};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::tools::Pki;

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";
const CLAIM: &str = "https://eu.plugncharge.example/party";

/// An issuer on a loopback port: metadata, keys, and how often they were asked for.
struct Foreign {
    pki: Pki,
    url: String,
    keys: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl Foreign {
    async fn start() -> Self {
        let pki = Pki::new().await;
        pki.openssl(&["genrsa", "-out", "rsa.key", "2048"]).await;
        let modulus = pki.openssl(&["rsa", "-in", "rsa.key", "-noout", "-modulus"]).await;
        let modulus = hex::decode(modulus.trim().strip_prefix("Modulus=").unwrap()).unwrap();
        let n = BASE64_URL_SAFE_NO_PAD.encode(modulus);
        let keys = json!({"keys": [{"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": n, "e": "AQAB"}]});
        let keys = Arc::new(Mutex::new(Some(keys)));
        let asked = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let foreign = Self { pki, url, keys, asked };
        let (url, keys, asked) = (foreign.url.clone(), Arc::clone(&foreign.keys), Arc::clone(&foreign.asked));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                let body = if head.starts_with("GET /.well-known/openid-configuration ") {
                    json!({"issuer": url, "jwks_uri": format!("{url}/keys")})
                } else {
                    asked.fetch_add(1, Ordering::SeqCst);
                    let keys = keys.lock().unwrap().clone();
                    match keys {
                        Some(keys) => keys,
                        // An issuer that hangs: the connection stays and nothing comes.
                        None => {
                            tokio::spawn(async move { stream.read_u8().await });
                            continue;
                        }
                    }
                };
                let body = body.to_string();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            }
        });
        foreign
    }

    /// An ecosystem in which this issuer's `DECPB` is the CPO, and `root` the operator.
    async fn ecosystem(&self) -> TestEcosystem {
        self.ecosystem_with(|_| {}).await
    }

    async fn ecosystem_with(&self, choose: impl FnOnce(&mut IssuerConfig)) -> TestEcosystem {
        // The client ids of the parties that every test ecosystem has are known only once it is there.
        let first = TestEcosystem::start().await;
        let client = |role| first.party(role).credentials.client_id.clone();
        let parties =
            BTreeMap::from([("DECPB".to_owned(), client(Role::Cpo)), ("root".to_owned(), client(Role::Admin))]);
        let mut issuer = IssuerConfig {
            issuer: self.url.clone(),
            jwks_uri: None,
            audience: vec!["opnc".to_owned()],
            algorithms: vec![TokenAlgorithm::RS256],
            claim: vec![CLAIM.to_owned()],
            parties,
            scope_claim: None,
        };
        choose(&mut issuer);
        TestEcosystem::start_with(|options| {
            options.server.issuers = vec![issuer];
            options.server.outbound = Policy::anywhere();
        })
        .await
    }

    fn claims(&self, ecosystem: &TestEcosystem) -> Value {
        let now = opnc_pki::Clock::now(&ecosystem.clock).as_second();
        json!({"iss": self.url, "aud": ["other", "opnc"], "exp": now + 60, "iat": now, CLAIM: ["DECPB"]})
    }

    /// Signed by openssl.
    async fn token(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", encode(header), encode(claims));
        fs::write(self.pki.path("input"), &input).unwrap();
        self.pki.openssl(&["dgst", "-sha256", "-sign", "rsa.key", "-out", "signature", "input"]).await;
        format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(fs::read(self.pki.path("signature")).unwrap()))
    }

    async fn good(&self, ecosystem: &TestEcosystem) -> String {
        self.token(&header("RS256", "one"), &self.claims(ecosystem)).await
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn header(algorithm: &str, kid: &str) -> Value {
    json!({"alg": algorithm, "typ": "JWT", "kid": kid})
}

async fn with_token(ecosystem: &TestEcosystem, token: &str) -> Answer {
    send(request(ecosystem, "GET", ROOTS).bearer_auth(token)).await
}

#[tokio::test]
async fn a_token_of_another_issuer() {
    let foreign = Foreign::start().await;
    let ecosystem = foreign.ecosystem().await;
    let good = foreign.good(&ecosystem).await;
    for _ in 0..3 {
        let answer = with_token(&ecosystem, &good).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(foreign.asked(), 1, "the keys are kept");
    ecosystem.clock.advance(60);
    assert_eq!(with_token(&ecosystem, &good).await.messages(), ["The access token has expired."]);
}

#[tokio::test]
async fn what_is_wrong_with_a_token() {
    let foreign = Foreign::start().await;
    let ecosystem = foreign.ecosystem().await;
    let now = opnc_pki::Clock::now(&ecosystem.clock).as_second();
    let invalid = "The access token is not valid here.";
    for (claim, value, message) in [
        ("aud", json!("another"), invalid),
        ("aud", Value::Null, invalid),
        ("iss", json!("http://127.0.0.1:1"), invalid),
        ("exp", json!(now - 1), "The access token has expired."),
        ("exp", Value::Null, invalid),
        ("exp", json!("soon"), invalid),
        ("nbf", json!(now + 600), invalid),
        ("iat", json!(now + 600), invalid),
        (CLAIM, json!("DEXXX"), "The access token names no party of this ecosystem."),
        (CLAIM, json!(["DECPB", "root"]), "The access token names no party of this ecosystem."),
        (CLAIM, json!({"DECPB": 1}), "The access token names no party of this ecosystem."),
        (CLAIM, Value::Null, "The access token names no party of this ecosystem."),
        (CLAIM, json!("root"), "A token of another issuer is never good for an admin."),
    ] {
        let mut claims = foreign.claims(&ecosystem);
        claims[claim] = value.clone();
        let answer = with_token(&ecosystem, &foreign.token(&header("RS256", "one"), &claims).await).await;
        assert_eq!((answer.status, answer.messages()), (401, vec![message.to_owned()]), "{claim} {value}");
    }
    let good = foreign.good(&ecosystem).await;
    let (head, signature) = good.rsplit_once('.').unwrap();
    let (_, claims) = head.split_once('.').unwrap();
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let modulus = foreign.keys.lock().unwrap().as_ref().unwrap()["keys"][0]["n"].as_str().unwrap().to_owned();
    let hs256 = format!("{}.{claims}", encode(&header("HS256", "one")));
    let confused = opnc_pki::key::hmac_sha256(&BASE64_URL_SAFE_NO_PAD.decode(modulus).unwrap(), hs256.as_bytes());
    for token in [
        format!("{}.{claims}.", encode(&header("none", "one"))),
        format!("{}.{claims}.{signature}", encode(&header("none", "one"))),
        format!("{hs256}.{}", BASE64_URL_SAFE_NO_PAD.encode(confused)),
        foreign.token(&header("RS512", "one"), &foreign.claims(&ecosystem)).await,
        foreign.token(&header("ES256", "one"), &foreign.claims(&ecosystem)).await,
        foreign.token(&header("RS256", "two"), &foreign.claims(&ecosystem)).await,
        format!("{head}.{}", BASE64_URL_SAFE_NO_PAD.encode([0; 256])),
        format!("{good}{}", "x".repeat(20_000)),
    ] {
        let answer = with_token(&ecosystem, &token).await;
        assert_eq!((answer.status, answer.messages()), (401, vec![invalid.to_owned()]));
    }
}

/// Unknown key ids make us ask, but not each of them.
#[tokio::test]
async fn new_keys_are_found_and_floods_are_not_passed_on() {
    let foreign = Foreign::start().await;
    let ecosystem = foreign.ecosystem().await;
    let claims = foreign.claims(&ecosystem);
    let second = foreign.token(&header("RS256", "two"), &claims).await;
    let all = (0..20).map(|_| with_token(&ecosystem, &second)).collect::<Vec<_>>();
    let mut tasks = Vec::new();
    for one in all {
        tasks.push(one.await.status);
    }
    assert!(tasks.iter().all(|status| *status == 401));
    assert_eq!(foreign.asked(), 1);
    foreign.keys.lock().unwrap().as_mut().unwrap()["keys"][0]["kid"] = json!("two");
    assert_eq!(with_token(&ecosystem, &second).await.status, 401, "not again so soon");
    ecosystem.clock.advance(31);
    assert_eq!(with_token(&ecosystem, &second).await.status, 200);
    assert_eq!(foreign.asked(), 2);
    // The key that is not published any more is out when the keys are old, at the latest.
    assert_eq!(with_token(&ecosystem, &foreign.good(&ecosystem).await).await.status, 401);
}

#[tokio::test]
async fn a_key_set_can_be_too_large() {
    let foreign = Foreign::start().await;
    let ecosystem = foreign.ecosystem().await;
    let key = foreign.keys.lock().unwrap().as_ref().unwrap()["keys"][0].clone();
    *foreign.keys.lock().unwrap() = Some(json!({ "keys": vec![key; 10_000] }));
    assert_eq!(with_token(&ecosystem, &foreign.good(&ecosystem).await).await.status, 401);
    *foreign.keys.lock().unwrap() = Some(json!({ "keys": vec![json!({"kty": "oct", "k": "AAAA"}); 101] }));
    ecosystem.clock.advance(31);
    assert_eq!(with_token(&ecosystem, &foreign.good(&ecosystem).await).await.status, 401);
}

/// An issuer that hangs holds up nobody else, and its own tokens only for as long as a request may take.
#[tokio::test]
async fn an_issuer_that_hangs() {
    let foreign = Foreign::start().await;
    *foreign.keys.lock().unwrap() = None;
    let ecosystem = foreign.ecosystem().await;
    let good = foreign.good(&ecosystem).await;
    let own = opnc_test_util::calls::token(&ecosystem, ecosystem.party(Role::Cpo), None).await;
    let hanging = with_token(&ecosystem, &good);
    let mut hanging = std::pin::pin!(hanging);
    tokio::select! {
        answer = hanging.as_mut() => panic!("{}", answer.text),
        answer = with_token(&ecosystem, &own) => assert_eq!(answer.status, 200),
    }
}

#[tokio::test]
async fn scopes_of_another_issuer() {
    let foreign = Foreign::start().await;
    let ecosystem = foreign.ecosystem_with(|issuer| issuer.scope_claim = Some(vec!["scope".to_owned()])).await;
    for (scope, status) in [(json!("ccp rcp"), 200), (json!(["rcp"]), 200), (json!("ccp"), 403), (Value::Null, 403)] {
        let mut claims = foreign.claims(&ecosystem);
        claims["scope"] = scope.clone();
        let token = foreign.token(&header("RS256", "one"), &claims).await;
        let answer = with_token(&ecosystem, &token).await;
        assert_eq!(answer.status, status, "{scope}: {}", answer.text);
    }
}
