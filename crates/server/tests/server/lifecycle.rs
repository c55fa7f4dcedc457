//! How a server listens and ends.

use std::net::SocketAddr;
use std::time::Duration;

use opnc_messages::Role;
use opnc_server::ListenerConfig;
use opnc_test_util::{TestEcosystem, TestOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use opnc_test_util::calls::token;

/// A request whose body the server waits for.
async fn in_flight(ecosystem: &TestEcosystem) -> TcpStream {
    let token = token(ecosystem, ecosystem.party(Role::Oem), None).await;
    let mut stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
    let head = format!(
        "PUT /opnc/v1/pcp/provisioningcertificates HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn requests_in_flight_are_finished() {
    let ecosystem = TestEcosystem::start().await;
    let mut stream = in_flight(&ecosystem).await;
    let address = ecosystem.server.address;
    let shutdown = tokio::spawn(ecosystem.server.shutdown());
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!shutdown.is_finished());
    stream.write_all(b"{}").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("errorMessages"), "{answer}");
    shutdown.await.unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off() {
    let short = Duration::from_millis(50);
    let ecosystem = TestEcosystem::start_with(|options| options.server.shutdown_timeout = short).await;
    let mut stream = in_flight(&ecosystem).await;
    ecosystem.server.shutdown().await;
    let mut answer = Vec::new();
    // Reset or closed: either way without an answer.
    let _ = stream.read_to_end(&mut answer).await;
    assert_eq!(answer, b"");
}

/// Connections without a request do not hold up the end.
#[tokio::test]
async fn idle_connections_end_at_once() {
    let ecosystem = TestEcosystem::start().await;
    let mut idle = TcpStream::connect(ecosystem.server.address).await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut start = [0; 12];
    idle.read_exact(&mut start).await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), ecosystem.server.shutdown()).await.unwrap();
}

#[tokio::test]
async fn two_servers_cannot_have_one_address() {
    let ecosystem = TestEcosystem::start().await;
    let config = opnc_server::ServerConfig::new(ecosystem.server.address);
    let error = opnc_server::start(ecosystem.ecosystem.clone(), config).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: ", ecosystem.server.address)), "{error}");
}

/// Each listener has its own routes, and health is asked for on the admin listener alone where there is one.
#[tokio::test]
async fn listeners_are_apart() {
    let ecosystem = TestEcosystem::start_with(with_all_listeners).await;
    let (admin, status) = (ecosystem.server.admin.unwrap(), ecosystem.server.status.unwrap());
    let public = ecosystem.server.address;
    for (address, path, expected) in [
        (public, "/livez", 404),
        (public, "/readyz", 404),
        (public, "/opnc/v1/rcp/rootcertificates", 401),
        (admin, "/livez", 200),
        (admin, "/readyz", 200),
        (admin, "/opnc/v1/rcp/rootcertificates", 404),
        (admin, "/oauth2/token", 404),
        (status, "/readyz", 404),
        (status, "/opnc/v1/rcp/rootcertificates", 404),
    ] {
        let answer = get(address, path).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{address}{path}: {answer}");
        assert_eq!(answer.contains("errorMessages"), expected != 200, "{answer}");
    }
}

/// A load balancer learns of the end while requests are still taken.
#[tokio::test]
async fn readiness_ends_first() {
    let ecosystem = TestEcosystem::start_with(|options| {
        with_all_listeners(options);
        options.server.shutdown_delay = Duration::from_secs(3600);
    })
    .await;
    let (public, admin) = (ecosystem.server.address, ecosystem.server.admin.unwrap());
    let shutdown = tokio::spawn(ecosystem.server.shutdown());
    let mut answer = get(admin, "/readyz").await;
    while !answer.starts_with("HTTP/1.1 503 ") {
        answer = get(admin, "/readyz").await;
    }
    assert!(answer.contains("The server is about to end."), "{answer}");
    assert!(get(admin, "/livez").await.starts_with("HTTP/1.1 200 "));
    assert!(get(public, "/opnc/v1/rcp/rootcertificates").await.starts_with("HTTP/1.1 401 "));
    shutdown.abort();
}

fn with_all_listeners(options: &mut TestOptions) {
    let any_port = options.server.public.listen;
    options.server.admin = Some(ListenerConfig::admin(any_port));
    options.server.status = Some(ListenerConfig::new(any_port));
}

/// The whole answer to a request without a token.
async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
