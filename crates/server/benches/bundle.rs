//! How long a bundle of 500 roots takes, in each of its forms: made, from the cache, over HTTP, and not sent again.
//!
//! The pool has 500 roots in SQLite. Each form is made once for the version that is in force, signature included; after
//! that it is taken from the cache, where a question still reads from the database which version is in force. Over HTTP, one client on one
//! connection asks for the whole body, and then with the entity tag that it has got. A handler that does nothing (`/livez`) is
//! asked the same way. Every body is compared with the first, byte for byte. Medians and 99th percentiles.
//! Run it with `cargo bench -p opnc-server --bench bundle`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark measures time and prints it; what fails in it has no figure"
)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use opnc_messages::rcp::{RootCertificate, RootTypes};
use opnc_messages::{Role, RootType};
use opnc_pki::Clock;
use opnc_pki::hierarchy::Domain;
use opnc_services::trust::bundle::{self, Format, Wanted};
use opnc_services::{Caller, Ecosystem, rcp};
use opnc_test_util::calls::token;
use opnc_test_util::{TestEcosystem, TestPki};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ROOTS: usize = 500;
const QUESTIONS: usize = 2000;
const FORMS: [(&str, Format); 4] =
    [("pem", Format::Pem), ("zip", Format::Zip), ("json", Format::Json), ("jws", Format::Jws)];

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(measure());
}

async fn measure() {
    let ecosystem = TestEcosystem::start().await;
    fill(&ecosystem.ecosystem, ecosystem.clock.now()).await;
    let caller = Caller::operator("bench", ecosystem.ecosystem.new_id());
    let services = &ecosystem.ecosystem;
    let token = token(&ecosystem, ecosystem.party(Role::Cpo), None).await;
    let address = ecosystem.server.address;
    let nothing = over_http(address, "GET /livez HTTP/1.1\r\nhost: bench\r\n\r\n", "200").await;
    println!("{:<28} {:>11}  {}", "do-nothing handler", "", nothing);
    for (name, format) in FORMS {
        let wanted = Wanted::default();
        let begin = Instant::now();
        let first = bundle::get(&caller, services, &wanted, format).await.unwrap();
        println!("{name}, made: {} roots, {} bytes, {:.2?}", first.roots, first.body.len(), begin.elapsed());
        assert_eq!(first.roots, ROOTS);
        let mut times = Vec::with_capacity(QUESTIONS);
        for _ in 0..QUESTIONS {
            let begin = Instant::now();
            let again = bundle::get(&caller, services, &wanted, format).await.unwrap();
            times.push(begin.elapsed());
            assert_eq!(again.tag, first.tag);
        }
        println!("{:<28} {:>11}  {}", format!("{name}, from the cache"), "", Spread::of(times));
        let head = format!(
            "GET /opnc/v1/trust/bundle?format={name} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
        );
        let whole = over_http(address, &format!("{head}\r\n"), "200").await;
        println!("{:<28} {:>11}  {whole}", format!("{name}, over HTTP"), "200");
        let known = format!("{head}if-none-match: \"{}\"\r\n\r\n", first.tag);
        println!("{:<28} {:>11}  {}", format!("{name}, over HTTP"), "304", over_http(address, &known, "304").await);
    }
}

/// Puts roots of as many PKIs into the pool.
async fn fill(ecosystem: &Ecosystem, now: jiff::Timestamp) {
    let caller = Caller::operator("bench", ecosystem.new_id());
    let wanted = Wanted::default();
    let there = bundle::get(&caller, ecosystem, &wanted, Format::Json).await.unwrap().roots;
    for number in there..ROOTS {
        let pki = TestPki::new(Domain::Emsp, &format!("Provider {number}"), now);
        let types = RootTypes::new([RootType::Emsp]).unwrap();
        let mut body = RootCertificate::new(pki.root().der().to_vec().into(), types);
        body.fingerprint = Some(pki.root().fingerprint());
        rcp::put(&caller, ecosystem, body).await.unwrap();
    }
}

/// The middle of many times, and what one in a hundred exceeds.
struct Spread {
    median: Duration,
    high: Duration,
}

impl Spread {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { median: times[times.len() / 2], high: times[times.len() * 99 / 100] }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "median {:>9.3?}, 99 in 100 within {:>9.3?}", self.median, self.high)
    }
}

/// Asks again and again on one connection; each answer has this status, and the body of the first.
async fn over_http(address: SocketAddr, request: &str, status: &str) -> Spread {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = Vec::with_capacity(1024 * 1024);
    let mut first: Option<Vec<u8>> = None;
    let mut times = Vec::with_capacity(QUESTIONS);
    for _ in 0..QUESTIONS {
        let begin = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let body = answer(&mut stream, &mut buffer, status).await;
        times.push(begin.elapsed());
        let body = &buffer[body..];
        assert_eq!(first.get_or_insert_with(|| body.to_vec()).as_slice(), body, "another body");
    }
    Spread::of(times)
}

/// Reads an answer into the buffer; where its body begins.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>, status: &str) -> usize {
    buffer.clear();
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the connection ended");
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap();
        assert_eq!(head.split(' ').nth(1), Some(status), "{head}");
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
        });
        if buffer.len() >= end + 4 + length.unwrap_or(0) {
            return end + 4;
        }
    }
}
