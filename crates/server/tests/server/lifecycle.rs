//! How a server ends.

use std::time::Duration;

use opnc_messages::Role;
use opnc_test_util::TestEcosystem;
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
