//! Limits against callers that ask too fast, too slowly, or too many at once.

use std::time::Duration;

use opnc_messages::Role;
use opnc_server::RateLimit;
use opnc_test_util::TestEcosystem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use opnc_test_util::calls::{request, send, token, token_request};

const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";

/// What happens far sooner than any default limit would make it.
async fn soon<T>(end: impl Future<Output = std::io::Result<T>>) -> T {
    tokio::time::timeout(Duration::from_secs(10), end).await.expect("the configured limit holds").unwrap()
}

#[tokio::test]
async fn a_party_that_is_too_fast_waits_and_others_do_not() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.rate_limit = Some(RateLimit::new(1, 5))).await;
    let fast = token(&ecosystem, ecosystem.party(Role::Cpo), None).await;
    let other = token(&ecosystem, ecosystem.party(Role::Oem), None).await;
    let mut refused = None;
    for _ in 0..20 {
        let answer = send(request(&ecosystem, "GET", ROOTS).bearer_auth(&fast)).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 200);
    }
    let refused = refused.expect("a refusal after the burst");
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(refused.messages(), ["This party sends too many requests."]);
    assert_eq!(send(request(&ecosystem, "GET", ROOTS).bearer_auth(&other)).await.status, 200);
}

#[tokio::test]
async fn the_token_endpoint_is_limited() {
    let limit = Some(RateLimit::new(1, 3));
    let ecosystem = TestEcosystem::start_with(|options| options.server.token_rate_limit = limit).await;
    let mut answers = Vec::new();
    for _ in 0..10 {
        let request = token_request(&ecosystem, ecosystem.party(Role::Cpo)).body("grant_type=client_credentials");
        answers.push(send(request).await);
    }
    assert_eq!(answers[0].status, 200);
    let refused = answers.iter().find(|answer| answer.status == 429).expect("a refusal after the burst");
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.json()["error"], "temporarily_unavailable");
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_request() {
    let short = Duration::from_millis(50);
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.request_timeout = short).await;
    let token = token(&ecosystem, ecosystem.party(Role::Oem), None).await;
    let mut stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
    let head = format!(
        "PUT /opnc/v1/pcp/provisioningcertificates HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("errorMessages"), "{answer}");
}

/// Headers that trickle in, and connections on which nothing happens, are closed.
#[tokio::test]
async fn slow_headers_end_the_connection() {
    let short = Duration::from_millis(50);
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.header_timeout = short).await;
    for sent in ["", "GET /livez HT", "GET /livez HTTP/1.1\r\nhost: x\r\nx-more: "] {
        let mut stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        soon(stream.read_to_end(&mut rest)).await;
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"), "{sent}");
    }
    // A connection that was used is closed too, after its answer.
    let mut stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut all = String::new();
    soon(stream.read_to_string(&mut all)).await;
    assert!(all.starts_with("HTTP/1.1 200 OK"), "{all}");
}

/// One request has the only place; the next is told to come again.
#[tokio::test]
async fn too_many_at_once() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.most_requests = 1).await;
    let token = token(&ecosystem, ecosystem.party(Role::Oem), None).await;
    let mut stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
    let head = format!(
        "PUT /opnc/v1/pcp/provisioningcertificates HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: the request is in work.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    let answer = send(request(&ecosystem, "GET", ROOTS).bearer_auth(&token)).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(answer.messages(), ["The server is busy; try again in a moment."]);
    assert_eq!(send(request(&ecosystem, "GET", "/livez")).await.status, 200, "a busy server is alive");
    stream.write_all(b"{}").await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 400");
    let answer = send(request(&ecosystem, "GET", ROOTS).bearer_auth(&token)).await;
    assert_eq!(answer.status, 200);
}

/// A party that has all of its places in work waits, and another does not.
#[tokio::test]
async fn too_many_of_one_party_at_once() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.most_requests_per_party = 1).await;
    let oem = token(&ecosystem, ecosystem.party(Role::Oem), None).await;
    let cpo = token(&ecosystem, ecosystem.party(Role::Cpo), None).await;
    let mut stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
    let head = format!(
        "PUT /opnc/v1/pcp/provisioningcertificates HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {oem}\r\n\
         content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    let refused = send(request(&ecosystem, "GET", ROOTS).bearer_auth(&oem)).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(refused.messages(), ["This party has too many requests in work at the same time."]);
    assert_eq!(send(request(&ecosystem, "GET", ROOTS).bearer_auth(&cpo)).await.status, 200);
    drop(stream);
    // The server notices in its own time that the caller is gone.
    let free = async {
        while send(request(&ecosystem, "GET", ROOTS).bearer_auth(&oem)).await.status != 200 {
            tokio::task::yield_now().await;
        }
        Ok(())
    };
    soon(free).await;
}

/// An address that has all of its connections gets no further one; another address does.
#[tokio::test]
async fn connections_of_one_address_are_counted() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.most_connections_per_address = 1).await;
    let ask = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut start = [0; 12];
    let mut first = TcpStream::connect(ecosystem.server.address).await.unwrap();
    first.write_all(ask).await.unwrap();
    first.read_exact(&mut start).await.unwrap();
    let mut second = TcpStream::connect(ecosystem.server.address).await.unwrap();
    let mut rest = Vec::new();
    // Closed, or reset because it was written to.
    let _ = soon(async { Ok(second.read_to_end(&mut rest).await) }).await;
    assert_eq!(rest, b"");
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = socket.connect(ecosystem.server.address).await.unwrap();
    other.write_all(ask).await.unwrap();
    other.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
}

/// Who has no token yet cannot take the places of those who have one, by sending the body of a token request slowly.
#[tokio::test]
async fn slow_token_requests_leave_places_for_others() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.most_requests = 4).await;
    let token = token(&ecosystem, ecosystem.party(Role::Oem), None).await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
        let head = "POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                    expect: 100-continue\r\ncontent-length: 100\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        // Either the server asks for the body, or it has refused the request already.
        let mut start = [0; 12];
        soon(stream.read_exact(&mut start)).await;
        slow.push(stream);
    }
    let answer = send(request(&ecosystem, "GET", ROOTS).bearer_auth(&token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// With all places for connections taken, the next waits until one is free.
#[tokio::test]
async fn connections_are_counted() {
    let ecosystem = TestEcosystem::start_with(|options| options.server.public.most_connections = 1).await;
    let ask = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut first = TcpStream::connect(ecosystem.server.address).await.unwrap();
    first.write_all(ask).await.unwrap();
    let mut start = [0; 12];
    first.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    let mut second = TcpStream::connect(ecosystem.server.address).await.unwrap();
    second.write_all(ask).await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(50), second.read_exact(&mut start)).await;
    assert!(waited.is_err(), "the second connection was served beside the first");
    drop(first);
    second.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
}

/// Guessing PCIDs ends soon; asking for cars that exist would not.
#[tokio::test]
async fn misses_are_counted() {
    let ecosystem = TestEcosystem::start_with(|options| options.policy.misses_per_minute = Some(3)).await;
    let token = token(&ecosystem, ecosystem.party(Role::EmspNoPki), None).await;
    for number in 0..5 {
        let path = format!("/opnc/v1/pcp/lookupvehicle/WAA0000000000000{number}");
        let answer = send(request(&ecosystem, "GET", &path).bearer_auth(&token)).await;
        assert_eq!(answer.status, if number < 3 { 404 } else { 429 }, "{number}");
        if answer.status == 429 {
            assert_eq!(answer.headers["retry-after"], "60");
            assert_eq!(answer.messages(), ["Too many requests for unknown identifiers."]);
        }
    }
}
