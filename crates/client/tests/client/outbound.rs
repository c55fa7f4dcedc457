//! Requests to URLs that strangers chose, with names that the test resolves and real sockets.

use crate::canned::{Answer, Canned};
use opnc_client::outbound::{Outbound, OutboundError, Policy};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn loopback() -> Policy {
    Policy { allow: vec!["127.0.0.1".parse().unwrap()], ..Policy::default() }
}

/// A client for which each name has the addresses of the list.
fn resolving(policy: Policy, addresses: &'static [&'static str]) -> Outbound {
    let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    Outbound::with_names(policy, move |_| Ok(addresses.clone())).unwrap()
}

fn port(server: &Canned) -> &str {
    server.base.rsplit(':').next().unwrap()
}

#[tokio::test]
async fn answers_come_with_status_headers_and_body() {
    let answer = Answer { headers: "Content-Type: Text/Plain; charset=x\r\n".to_owned(), ..Answer::new(404, "no") };
    let server = Canned::start(move |_| answer.clone()).await;
    let outbound = resolving(loopback(), &["127.0.0.1"]);
    let url = format!("http://responder.example:{}/ocsp?a=b", port(&server));
    let answer = outbound.get(&url).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (404, b"no".as_slice()));
    assert_eq!(answer.media_type().as_deref(), Some("text/plain"));
    outbound.post(&url, "application/ocsp-request", b"x".to_vec()).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].target, "/ocsp?a=b");
    assert_eq!(requests[0].headers["host"], format!("responder.example:{}", port(&server)));
    assert_eq!((requests[1].method.as_str(), requests[1].body.as_str()), ("POST", "x"));
    assert_eq!(requests[1].headers["content-type"], "application/ocsp-request");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_before_anything_is_sent() {
    let server = Canned::start(|_| Answer::new(200, "secret")).await;
    for addresses in [&["127.0.0.1"][..], &["::ffff:127.0.0.1"], &["64:ff9b::7f00:1"], &["::1", "0.0.0.0"]] {
        let outbound = resolving(Policy::default(), addresses);
        let error = outbound.get(&format!("http://inside.example:{}/", port(&server))).await.unwrap_err();
        let OutboundError::Refused { host, address } = &error else { panic!("{error}") };
        assert_eq!((host.as_str(), *address), ("inside.example", addresses[0].parse::<IpAddr>().unwrap()));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn addresses_in_place_of_names_are_refused_too() {
    let server = Canned::start(|_| Answer::new(200, "secret")).await;
    let outbound = Outbound::new(Policy::default()).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[::127.0.0.1]",
        "0.0.0.0",
        "%31%32%37.0.0.1",
        "localhost",
        "LOCALHOST",
    ] {
        let error = outbound.get(&format!("http://{host}:{}/", port(&server))).await.unwrap_err();
        assert!(matches!(error, OutboundError::Refused { .. }), "{host}: {error}");
    }
    assert!(server.requests().is_empty());
}

/// A resolver that changes its mind between check and connection finds no gap: there is one look-up for each connection.
#[tokio::test]
async fn what_was_checked_is_what_is_connected_to() {
    let server = Canned::start(|_| Answer::new(200, "secret")).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let outbound =
        Outbound::with_names(Policy { connect_timeout: Duration::from_millis(200), ..Policy::default() }, move |_| {
            let first = count.fetch_add(1, Ordering::SeqCst) == 0;
            // A public address where nobody answers, then this machine.
            Ok(vec![if first { "198.20.0.1" } else { "127.0.0.1" }.parse().unwrap()])
        })
        .unwrap();
    let url = format!("http://rebinding.example:{}/", port(&server));
    let first = outbound.get(&url).await.unwrap_err();
    assert!(!matches!(first, OutboundError::Refused { .. }), "{first}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(matches!(outbound.get(&url).await.unwrap_err(), OutboundError::Refused { .. }));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn of_several_addresses_only_the_permitted_are_used() {
    let server = Canned::start(|_| Answer::new(200, "fine")).await;
    // Nothing listens at the second address of loopback; were it tried first, it would be refused by the kernel.
    let outbound = resolving(loopback(), &["127.0.0.2", "10.0.0.1", "127.0.0.1"]);
    let answer = outbound.get(&format!("http://several.example:{}/", port(&server))).await.unwrap();
    assert_eq!(answer.body, b"fine");
}

#[tokio::test]
async fn redirects_are_answers() {
    let redirect = Answer { headers: "location: http://127.0.0.1:1/\r\n".to_owned(), ..Answer::new(302, "") };
    let server = Canned::start(move |_| redirect.clone()).await;
    let answer = Outbound::new(loopback()).unwrap().get(&server.base).await.unwrap();
    assert_eq!((answer.status, answer.header("Location")), (302, Some("http://127.0.0.1:1/")));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn endless_bodies_are_cut_off() {
    let server = Canned::start(|_| Answer::new(200, vec![b'x'; 5000])).await;
    let outbound = |most_bytes| Outbound::new(Policy { most_bytes, ..loopback() }).unwrap();
    assert_eq!(outbound(5000).get(&server.base).await.unwrap().body.len(), 5000);
    let error = outbound(4999).get(&server.base).await.unwrap_err();
    assert_eq!(error, OutboundError::TooLarge { host: "127.0.0.1".to_owned(), limit: 4999 });
}

#[tokio::test]
async fn silence_ends_in_time() {
    let limit = Duration::from_millis(200);
    let outbound = Outbound::new(Policy { timeout: limit, ..loopback() }).unwrap();
    let timed_out = OutboundError::TimedOut { host: "127.0.0.1".to_owned(), limit };
    // Nobody accepts; and somebody who begins an answer and never ends it.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    assert_eq!(outbound.get(&format!("http://{}", silent.local_addr().unwrap())).await.unwrap_err(), timed_out);
    let dripping = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", dripping.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = dripping.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx").await.unwrap();
        stream
    });
    assert_eq!(outbound.get(&url).await.unwrap_err(), timed_out);
    drop(server.await.unwrap());
}

#[tokio::test]
async fn an_https_server_must_speak_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/secret", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let first = stream.read_u8().await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        first
    });
    let error = Outbound::new(loopback()).unwrap().get(&url).await.unwrap_err();
    assert!(matches!(error, OutboundError::Transport { .. }), "{error}");
    assert_eq!(server.await.unwrap(), 22, "a TLS handshake begins with 22");
}

#[tokio::test]
async fn failures_say_what_happened_and_never_the_url() {
    let outbound = Outbound::with_names(loopback(), |_| Err(io::Error::other("no such host"))).unwrap();
    let error = outbound.get("http://gone.example/DE8AA1A2B3C4D5").await.unwrap_err();
    assert_eq!(error.to_string(), "the name gone.example cannot be resolved: no such host");
    let error = outbound.get("http://127.0.0.1:1/DE8AA1A2B3C4D5").await.unwrap_err();
    assert!(matches!(error, OutboundError::Transport { .. }), "{error}");
    assert!(error.to_string().contains("refused") && !format!("{error:?}").contains("DE8AA"), "{error}");
    let empty = resolving(loopback(), &[]).get("http://empty.example/").await.unwrap_err();
    assert!(empty.to_string().ends_with("it has no address"), "{empty}");
}

#[tokio::test]
async fn urls_that_are_never_requested() {
    let outbound = Outbound::new(Policy::anywhere()).unwrap();
    let long = format!("http://a/{}", "x".repeat(5000));
    for url in
        ["", "/path", "a.example", "ftp://a", "file:///etc/passwd", "ldap://a/x", "http://u:p@a/", "http://", &long]
    {
        let error = outbound.get(url).await.unwrap_err();
        assert!(matches!(error, OutboundError::Url { .. }), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_notice_needs_the_status_alone() {
    let answer = Answer { headers: "Retry-After: 7\r\n".to_owned(), ..Answer::new(503, vec![b'x'; 4096]) };
    let server = Canned::start(move |_| answer.clone()).await;
    let outbound = Outbound::new(Policy { most_bytes: 100, ..loopback() }).unwrap();
    let headers = [("payload-signature", "00".to_owned())];
    let answer = outbound
        .notify(&outbound.destination(&server.base).unwrap(), &headers, "application/json", b"{}".to_vec())
        .await
        .unwrap();
    assert_eq!((answer.status, answer.header("retry-after"), answer.body.len()), (503, Some("7"), 0));
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.body.as_str()), ("POST", "{}"));
    assert_eq!((&*request.headers["payload-signature"], &*request.headers["content-type"]), ("00", "application/json"));
}

/// The status line says that it was taken; that the rest is cut off changes nothing.
#[tokio::test]
async fn a_notice_is_taken_when_the_body_of_the_answer_is_cut_off() {
    let cut = Answer { headers: "Content-Length: 100\r\n".to_owned(), ..Answer::new(202, "begun") };
    let server = Canned::start(move |_| cut.clone()).await;
    let outbound = Outbound::new(loopback()).unwrap();
    let to = outbound.destination(&server.base).unwrap();
    let answer = outbound.notify(&to, &[], "application/json", Vec::new()).await.unwrap();
    assert_eq!(answer.status, 202);
}

#[tokio::test]
async fn where_https_alone_is_requested_nothing_goes_out_in_the_clear() {
    let server = Canned::start(|_| Answer::new(200, "")).await;
    let outbound = Outbound::new(Policy { allow_http: false, ..loopback() }).unwrap();
    let error = outbound.destination(&server.base).unwrap_err();
    assert!(error.to_string().contains("only https is requested"), "{error}");
    assert!(server.requests().is_empty());
}
