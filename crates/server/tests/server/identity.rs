//! Who a caller is by its client certificate, shown to us or to a proxy, with and without a token.

use std::fs;

use opnc_messages::Role;
use opnc_messages::operation::Service;
use opnc_pki::certificate::Outline;
use opnc_services::{Caller, bootstrap, client_certificates};
use opnc_test_util::calls::{request, send};
use opnc_test_util::{TestClock, TestEcosystem};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use uuid::Uuid;

use crate::tools::{Pki, Said};

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";

/// A day after the certificates were made.
async fn clock(pki: &Pki) -> TestClock {
    let date = pki.openssl(&["x509", "-in", "server.pem", "-noout", "-startdate", "-dateopt", "iso_8601"]).await;
    let date = date.trim().strip_prefix("notBefore=").unwrap().replace(' ', "T");
    let clock = TestClock::at(&date);
    clock.advance(86_400);
    clock
}

/// A PKI with a CA for parties, and an ecosystem that knows it.
async fn start() -> (Pki, TestEcosystem) {
    let pki = Pki::new().await;
    pki.root("parties").await;
    let (clock, parties) = (clock(&pki).await, pki.path("parties.pem"));
    let ecosystem = pki
        .serve(|options| {
            options.clock = clock;
            options.server.public.tls.as_mut().unwrap().client_ca_file = Some(parties);
        })
        .await;
    (pki, ecosystem)
}

async fn get(pki: &Pki, ecosystem: &TestEcosystem, more: &[&str]) -> Said {
    let url = format!("{}{ROOTS}", ecosystem.base_url());
    pki.curl(&[more, &[url.as_str()]].concat()).await
}

fn refused(said: &Said, text: &str) {
    assert!(said.err.starts_with("401 "), "{} {}", said.err, said.out);
    let body: Value = serde_json::from_str(&said.out).unwrap();
    assert!(body["errorMessages"][0].as_str().unwrap().contains(text), "{body}");
}

/// A client with a certificate below the CA for parties.
async fn certificate(pki: &Pki, ecosystem: &TestEcosystem, name: &str, role: Role) -> [String; 4] {
    let subject = format!("/O=Example/CN={}", ecosystem.party(role).credentials.client_id);
    pki.issue("parties", name, &subject, "extendedKeyUsage=clientAuth").await;
    files(name)
}

fn files(name: &str) -> [String; 4] {
    ["--cert".into(), format!("{name}.pem"), "--key".into(), format!("{name}.key")]
}

fn arguments<'a>(files: &'a [String; 4], more: &[&'a str]) -> Vec<&'a str> {
    files.iter().map(String::as_str).chain(more.iter().copied()).collect()
}

/// An access token that curl has asked for.
async fn token(pki: &Pki, ecosystem: &TestEcosystem, files: Option<&[String; 4]>, role: Role) -> Said {
    let credentials = &ecosystem.party(role).credentials;
    let url = format!("{}/oauth2/token", ecosystem.base_url());
    let mut body = format!("grant_type=client_credentials&client_id={}", credentials.client_id);
    if files.is_none() {
        body = format!("{body}&client_secret={}", credentials.client_secret.as_str());
    }
    let more = files.map(|files| arguments(files, &[])).unwrap_or_default();
    pki.curl(&[more, vec!["--data", &body, &url]].concat()).await
}

fn bearer(said: &Said) -> String {
    assert!(said.err.starts_with("200 "), "{} {}", said.err, said.out);
    let body: Value = serde_json::from_str(&said.out).unwrap();
    format!("authorization: Bearer {}", body["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn certificate_token_or_both() {
    let (pki, ecosystem) = start().await;
    let cpo = certificate(&pki, &ecosystem, "cpo", Role::Cpo).await;
    let oem = certificate(&pki, &ecosystem, "oem", Role::Oem).await;
    let of_secret = bearer(&token(&pki, &ecosystem, None, Role::Cpo).await);
    for http in ["--http2", "--http1.1"] {
        let said = get(&pki, &ecosystem, &arguments(&cpo, &[http])).await;
        assert!(said.err.starts_with("200 "), "{} {}", said.err, said.out);
    }
    assert!(get(&pki, &ecosystem, &["-H", &of_secret]).await.err.starts_with("200 "));
    assert!(get(&pki, &ecosystem, &arguments(&cpo, &["-H", &of_secret])).await.err.starts_with("200 "));
    let said = get(&pki, &ecosystem, &arguments(&oem, &["-H", &of_secret])).await;
    refused(&said, "are of different parties");
    let said = get(&pki, &ecosystem, &arguments(&cpo, &["-H", "authorization: Bearer nonsense"])).await;
    refused(&said, "The access token is not valid here.");
    // The role of the certificate's party decides, as with a token.
    let url = format!("{}/opnc/v1/pcp/lookupvehicle/WAA00000000000000", ecosystem.base_url());
    assert!(pki.curl(&arguments(&cpo, &[&url])).await.err.starts_with("403 "));
}

/// RFC 8705: a token that was asked for with a certificate works with it alone.
#[tokio::test]
async fn tokens_are_bound_to_certificates() {
    let (pki, ecosystem) = start().await;
    let cpo = certificate(&pki, &ecosystem, "cpo", Role::Cpo).await;
    let renewed = certificate(&pki, &ecosystem, "renewed", Role::Cpo).await;
    let bound = bearer(&token(&pki, &ecosystem, Some(&cpo), Role::Cpo).await);
    assert!(get(&pki, &ecosystem, &arguments(&cpo, &["-H", &bound])).await.err.starts_with("200 "));
    refused(&get(&pki, &ecosystem, &["-H", &bound]).await, "bound to a client certificate");
    refused(&get(&pki, &ecosystem, &arguments(&renewed, &["-H", &bound])).await, "bound to a client certificate");
    // Another party's client id is not to be had with it.
    assert!(token(&pki, &ecosystem, Some(&cpo), Role::Oem).await.err.starts_with("401 "));
    let url = format!("{}/.well-known/oauth-authorization-server", ecosystem.base_url());
    let metadata: Value = serde_json::from_str(&pki.curl(&[&url]).await.out).unwrap();
    assert_eq!(metadata["tls_client_certificate_bound_access_tokens"], true);
}

#[tokio::test]
async fn certificates_that_stand_for_nobody() {
    let (pki, ecosystem) = start().await;
    pki.root("others").await;
    let name = format!("/CN={}", ecosystem.party(Role::Cpo).credentials.client_id);
    pki.issue("others", "other-ca", &name, "extendedKeyUsage=clientAuth").await;
    pki.issue("parties", "server-only", &name, "extendedKeyUsage=serverAuth").await;
    pki.issue("parties", "nobody", "/CN=nobody", "").await;
    pki.issue("parties", "two", &format!("{name}{name}"), "").await;
    pki.issue("parties", "charger", &format!("/DC=CPO{name}"), "").await;
    pki.issue_for("parties", "short", &name, "", "1").await;
    for (certificate, reason) in [
        ("other-ca", "neither below a CA for parties nor registered"),
        ("server-only", "neither below a CA for parties nor registered"),
        ("nobody", "no client id of a party"),
        ("two", "no client id of a party"),
        ("charger", "one of ISO 15118"),
        ("parties", "neither below a CA for parties nor registered"),
    ] {
        refused(&get(&pki, &ecosystem, &arguments(&files(certificate), &[])).await, reason);
    }
    ecosystem.clock.advance(86_400);
    refused(&get(&pki, &ecosystem, &arguments(&files("short"), &[])).await, "has expired");
    // Beside a good token they do not matter.
    let good = bearer(&token(&pki, &ecosystem, None, Role::Cpo).await);
    let said = get(&pki, &ecosystem, &arguments(&files("other-ca"), &["-H", &good])).await;
    assert!(said.err.starts_with("200 "), "{} {}", said.err, said.out);
}

fn operator(ecosystem: &TestEcosystem) -> Caller {
    let party = ecosystem.party(Role::Admin).credentials.party;
    Caller {
        party,
        role: Role::Admin,
        owned: Default::default(),
        acting: None,
        scopes: vec![Service::Rcp],
        trace: Uuid::nil(),
        operator: None,
        peer: None,
        reach: opnc_services::federation::Reach::default(),
    }
}

fn outline(pki: &Pki, name: &str) -> Outline {
    Outline::from_der(&CertificateDer::from_pem_file(pki.path(name)).unwrap()).unwrap()
}

/// A pinned certificate needs no CA, and is gone within three seconds (five are promised) after it was taken away.
#[tokio::test]
async fn pinned_certificates() {
    let (pki, ecosystem) = start().await;
    pki.root("own").await;
    let (own, leaf) = (files("own"), outline(&pki, "own.pem"));
    let (admin, party) = (operator(&ecosystem), ecosystem.party(Role::Cpo).credentials.party);
    let other = ecosystem.party(Role::Oem).credentials.party;
    client_certificates::pin(&admin, &ecosystem.ecosystem, party, &leaf).await.unwrap();
    client_certificates::pin(&admin, &ecosystem.ecosystem, party, &leaf).await.unwrap();
    assert!(client_certificates::pin(&admin, &ecosystem.ecosystem, other, &leaf).await.is_err());
    let said = get(&pki, &ecosystem, &arguments(&own, &[])).await;
    assert!(said.err.starts_with("200 "), "{} {}", said.err, said.out);
    bearer(&token(&pki, &ecosystem, Some(&own), Role::Cpo).await);
    let kept = client_certificates::of_party(&admin, &ecosystem.ecosystem, party).await.unwrap();
    assert_eq!(kept.len(), 1);
    client_certificates::unpin(&admin, &ecosystem.ecosystem, party, leaf.fingerprint()).await.unwrap();
    ecosystem.clock.advance(3);
    refused(&get(&pki, &ecosystem, &arguments(&own, &[])).await, "nor registered");
    assert!(client_certificates::unpin(&admin, &ecosystem.ecosystem, party, leaf.fingerprint()).await.is_err());
}

/// What our own CAs issue is never a credential, not even where somebody pinned it.
#[tokio::test]
async fn leaves_of_our_own_cas_cannot_be_pinned() {
    let (pki, ecosystem) = start().await;
    let root = bootstrap::found(&ecosystem.ecosystem, "Test", None).await.unwrap();
    let subject: String = root.subject().to_string().split(", ").map(|part| format!("/{part}")).collect();
    let (admin, party) = (operator(&ecosystem), ecosystem.party(Role::Cpo).credentials.party);
    // Two leaves that differ in nothing but the name of their issuer, and are not of ISO 15118 themselves.
    for (ca, subject, ours) in [("namesake", subject.as_str(), true), ("stranger", "/CN=Somebody", false)] {
        let files = [format!("{ca}.key"), format!("{ca}.pem")];
        let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", &files[0]];
        let certificate = ["req", "-x509", "-days", "4000", "-subj", subject, "-out", &files[1]];
        pki.openssl(&[&certificate[..], &new_key].concat()).await;
        let name = format!("below-{ca}");
        pki.issue(ca, &name, "/O=Example/CN=gateway", "extendedKeyUsage=clientAuth").await;
        let leaf = outline(&pki, &format!("{name}.pem"));
        let pinned = client_certificates::pin(&admin, &ecosystem.ecosystem, party, &leaf).await;
        let said = get(&pki, &ecosystem, &arguments(&self::files(&name), &[])).await;
        if ours {
            let error = pinned.unwrap_err().to_string();
            assert!(error.contains("a CA of this ecosystem issued it"), "{error}");
            refused(&said, "a CA of this ecosystem issued it");
        } else {
            pinned.unwrap();
            assert!(said.err.starts_with("200 "), "{} {}", said.err, said.out);
        }
    }
}

/// A certificate in a header counts from a proxy, and from nobody else.
#[tokio::test]
async fn certificates_behind_a_proxy() {
    let pki = Pki::new().await;
    pki.root("own").await;
    let clock = clock(&pki).await;
    for (trusted, status) in [("127.0.0.1", 200), ("10.0.0.0/8", 400)] {
        let ecosystem = TestEcosystem::start_with(|options| {
            options.clock = clock.clone();
            options.server.proxy.trusted = vec![trusted.to_owned()];
            options.server.proxy.client_certificate_header = Some("X-SSL-Client-Cert".to_owned());
        })
        .await;
        let party = ecosystem.party(Role::Cpo).credentials.party;
        let (admin, leaf) = (operator(&ecosystem), outline(&pki, "own.pem"));
        client_certificates::pin(&admin, &ecosystem.ecosystem, party, &leaf).await.unwrap();
        let pem = fs::read_to_string(pki.path("own.pem")).unwrap();
        let escaped = pem.replace('\n', "%0A").replace(' ', "%20").replace('+', "%2B").replace('=', "%3D");
        let answer = send(request(&ecosystem, "GET", ROOTS).header("x-ssl-client-cert", &escaped)).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        if status == 400 {
            assert_eq!(answer.messages(), ["The header x-ssl-client-cert may only come from a proxy of this server."]);
        } else {
            let broken = send(request(&ecosystem, "GET", ROOTS).header("x-ssl-client-cert", "%00")).await;
            assert_eq!(broken.status, 400, "{}", broken.text);
            assert_eq!(send(request(&ecosystem, "GET", ROOTS)).await.status, 401);
        }
    }
}

/// `OPNC-from-party-*`: one of the party's own identities, and for this request nothing beside it.
#[tokio::test]
async fn a_party_acts_as_one_of_its_own() {
    let ecosystem = TestEcosystem::start().await;
    let oem = ecosystem.party_named("OEM A");
    let path = "/opnc/v1/pcp/lookupvehicle/WAA00000000000000";
    for (kind, id, status) in
        [("oem", "WAA", 404), ("OEM", "waa", 404), ("oem", "WBB", 403), ("emsp", "DECCC", 403), ("x", "WAA", 400)]
    {
        let request = ecosystem.request_as(oem, "GET", path).await;
        let request = request.header("OPNC-from-party-type", kind).header("OPNC-from-party-id", id);
        let answer = send(request).await;
        assert_eq!(answer.status, status, "{kind} {id}: {}", answer.text);
    }
}
