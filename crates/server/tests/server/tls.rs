//! TLS as openssl and curl see it.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use opnc_server::{ServerError, TlsVersion};
use opnc_test_util::TestEcosystem;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::tools::Pki;

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";

#[tokio::test]
async fn versions_and_protocols() {
    let pki = Pki::new().await;
    let new = pki.serve(|_| {}).await;
    let old = pki.serve(|options| options.server.public.tls.as_mut().unwrap().min_version = TlsVersion::V1_2).await;
    for (server, version, works) in [
        (&new, "-tls1_3", true),
        (&new, "-tls1_2", false),
        (&old, "-tls1_2", true),
        (&old, "-tls1_3", true),
        (&old, "-tls1_1", false),
    ] {
        let said = pki.handshake(server.server.address, &[version]).await;
        assert_eq!(said.ok, works, "{version}: {}", said.err);
    }
    for (offered, chosen) in [("h2,http/1.1", "h2"), ("http/1.1", "http/1.1")] {
        let said = pki.handshake(new.server.address, &["-alpn", offered]).await;
        assert!(said.out.contains(&format!("ALPN protocol: {chosen}")), "{}", said.out);
        assert!(said.out.contains("Verify return code: 0 (ok)"), "{}", said.out);
    }
    let said = pki.handshake(new.server.address, &["-alpn", "spdy/3"]).await;
    assert!(!said.ok, "an unknown protocol alone: {}", said.out);
}

#[tokio::test]
async fn both_versions_of_http_give_the_same_answers() {
    let pki = Pki::new().await;
    let server = pki.serve(|_| {}).await;
    assert!(server.base_url().starts_with("https://127.0.0.1:"));
    let url = format!("{}{ROOTS}", server.base_url());
    let mut bodies = Vec::new();
    for (flag, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let said = pki.curl(&[flag, &url]).await;
        assert_eq!(said.err, format!("401 {version}"));
        let mut body: Value = serde_json::from_str(&said.out).unwrap();
        body["traceId"].take();
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1]);
    // Plain HTTP to this port is no handshake.
    let said = pki.curl(&[&url.replace("https", "http")]).await;
    assert!(!said.ok);
}

/// Files that changed count from the next connection; a bad file changes nothing.
#[tokio::test]
async fn certificates_are_read_again() {
    let pki = Pki::new().await;
    let server = pki.serve(|_| {}).await;
    let serial = async || {
        let said = pki.handshake(server.server.address, &["-showcerts"]).await;
        fs::write(pki.path("seen.pem"), said.out).unwrap();
        pki.openssl(&["x509", "-in", "seen.pem", "-noout", "-serial"]).await
    };
    let before = serial().await;
    pki.issue("ca", "server", "/CN=localhost", "subjectAltName=IP:127.0.0.1").await;
    assert_eq!(serial().await, before, "nobody asked for it yet");
    server.server.reload().unwrap();
    let after = serial().await;
    assert_ne!(after, before);

    let key = fs::read(pki.path("server.key")).unwrap();
    for (name, content, problem) in [
        ("server.key", &b"no key"[..], "there is no private key in it"),
        ("server.key", &fs::read(pki.path("ca.key")).unwrap(), "cannot be used with its key"),
        ("server.pem", b"", "there is no certificate in it"),
        ("server.pem", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "no well-formed PEM"),
    ] {
        let good = fs::read(pki.path(name)).unwrap();
        fs::write(pki.path(name), content).unwrap();
        let error = server.server.reload().unwrap_err();
        assert!(matches!(error, ServerError::Tls(_)) && error.to_string().contains(problem), "{error}");
        assert!(error.to_string().contains("server."), "the file is named: {error}");
        assert_eq!(serial().await, after);
        fs::write(pki.path(name), good).unwrap();
    }
    assert_eq!(fs::read(pki.path("server.key")).unwrap(), key);
    server.server.reload().unwrap();
}

/// Who does not finish the handshake, or the headers after it, does not stay.
#[tokio::test]
async fn slow_handshakes_end() {
    let pki = Pki::new().await;
    let short = Duration::from_millis(50);
    let server = pki.serve(|options| options.server.public.tls.as_mut().unwrap().handshake_timeout = short).await;
    for sent in [&b""[..], b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\n\r\n"] {
        let mut stream = TcpStream::connect(server.server.address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        let mut rest = Vec::new();
        // Closed or reset.
        let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await.expect("an end");
    }
}

/// A connection on which nothing is asked is closed in HTTP/2 too.
#[tokio::test]
async fn idle_connections_end() {
    let pki = Pki::new().await;
    let short = Duration::from_millis(100);
    let server = pki.serve(|options| options.server.public.header_timeout = short).await;
    for protocol in ["h2", "http/1.1"] {
        let address = server.server.address.to_string();
        let mut client = Command::new("openssl")
            .args(["s_client", "-quiet", "-connect", &address, "-alpn", protocol])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = client.stdin.take();
        let ended = tokio::task::spawn_blocking(move || client.wait());
        tokio::time::timeout(Duration::from_secs(10), ended).await.expect("the server closes").unwrap().unwrap();
        drop(input);
    }
}

/// What hyper refuses itself has a body as well.
#[tokio::test]
async fn malformed_requests_are_answered_in_words() {
    let server = TestEcosystem::start().await;
    let large = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(200));
    for (request, status, text) in [
        ("nonsense\r\n\r\n", "400", "This is no well-formed HTTP/1.1 request."),
        ("GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n", "400", "This is no well-formed HTTP/1.1 request."),
        (&large, "431", "The headers of the request are too large"),
        (&many, "431", "The headers of the request are too large"),
    ] {
        let mut stream = TcpStream::connect(server.server.address).await.unwrap();
        // The server may answer and close before all is written.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert!(body["errorMessages"][0].as_str().unwrap().starts_with(text), "{body}");
        assert!(answer.contains(&format!("opnc-trace-id: {}", body["traceId"].as_str().unwrap())), "{answer}");
    }
}
