//! What it costs that a question is passed on: the time of a forwarded look-up beside that of a call straight to the same
//! peer, which takes 20 ms to answer; and how often a peer hears of one unknown car that everybody asks for.
//!
//! Both are asked in turns, over connections that are kept, each time for another car, so that nothing is remembered. Of a
//! look-up the peer says yes; of a provisioning certificate it gives one, whose chain is verified before it is passed on.
//! Then sixteen connections of two parties ask for one car that nobody knows, for longer than that is remembered twice, and
//! the peer counts. Client, server and peer share the cores. Run it with `cargo bench -p opnc-server --bench federation`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark measures time and prints it; what fails in it has no figure"
)]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use opnc_messages::ids::Wmi;
use opnc_messages::{Role, RootType};
use opnc_pki::Clock;
use opnc_pki::hierarchy::Domain;
use opnc_services::caller::Owned;
use opnc_services::peers::{self, OwnCredentials};
use opnc_test_util::calls::token;
use opnc_test_util::federation::{new_peer, operator};
use opnc_test_util::{TestEcosystem, TestPki, provisioning_body};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LATENCY: Duration = Duration::from_millis(20);
const LOOK_UPS: usize = 400;
const CONNECTIONS: usize = 16;
const FLOOD: Duration = Duration::from_secs(12);
const UNKNOWN: &str = "WAAUNKNOWN0000001";

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(measure());
}

async fn measure() {
    let ecosystem = TestEcosystem::start().await;
    ecosystem.found().await;
    let mut oem = TestPki::new(Domain::Oem, "OEM A", ecosystem.clock.now());
    ecosystem.trust(oem.root(), RootType::Oem).await;
    let mut known = HashMap::new();
    for number in 0..LOOK_UPS {
        let pcid = format!("WAA{number:014}");
        let body = json!({ "provisioningCertificate": provisioning_body(&oem.leaf(&pcid)) }).to_string();
        known.insert(format!("/opnc/v1/pcp/provisioningcertificates/{pcid}"), body);
    }
    let peer = Peer::start(known).await;
    meet(&ecosystem, peer.address).await;
    let [one, other] = [Role::EmspNoPki, Role::EmspOwnPki].map(|role| ecosystem.party(role));
    let bearers = [token(&ecosystem, one, None).await, token(&ecosystem, other, None).await];

    for operation in ["lookupvehicle", "provisioningcertificates"] {
        let mut straight = TcpStream::connect(peer.address).await.unwrap();
        let mut forwarded = TcpStream::connect(ecosystem.server.address).await.unwrap();
        let mut times = [Vec::new(), Vec::new()];
        for number in 0..LOOK_UPS {
            let request = get(&format!("/opnc/v1/pcp/{operation}/WAA{number:014}"), &bearers[0]);
            for (stream, times) in [&mut straight, &mut forwarded].into_iter().zip(&mut times) {
                let began = Instant::now();
                assert_eq!(exchange(stream, &request).await, 200);
                times.push(began.elapsed().as_secs_f64() * 1e3);
            }
        }
        let [straight, forwarded] = times.map(|times| [share(&times, 50), share(&times, 99)]);
        println!("{operation}");
        println!("straight to the peer  {:>7.2} ms median {:>7.2} ms at the 99th percentile", straight[0], straight[1]);
        println!(
            "forwarded             {:>7.2} ms median {:>7.2} ms at the 99th percentile",
            forwarded[0], forwarded[1]
        );
        println!("added                 {:>7.2} ms median", forwarded[0] - straight[0]);
    }
    flood(&ecosystem, &peer, &bearers).await;
}

async fn meet(ecosystem: &TestEcosystem, peer: SocketAddr) {
    let members = Owned { wmis: vec![Wmi::parse("WAA").unwrap()], ..Owned::default() };
    let mut new = new_peer("Slow", &format!("http://{peer}"), members);
    new.own = Some(OwnCredentials { client_id: "a".to_owned(), client_secret: "b".to_owned().into(), token_url: None });
    peers::add(&operator(&ecosystem.ecosystem), &ecosystem.ecosystem, new).await.unwrap();
}

/// One unknown car, asked for as fast as possible.
async fn flood(ecosystem: &TestEcosystem, peer: &Peer, bearers: &[String; 2]) {
    let address = ecosystem.server.address;
    let before = peer.questions.load(Ordering::Relaxed);
    let began = Instant::now();
    let clock = ecosystem.clock.clone();
    let ticking = tokio::spawn(async move {
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        seconds.tick().await;
        loop {
            seconds.tick().await;
            clock.advance(1);
        }
    });
    let mut connections = Vec::new();
    for connection in 0..CONNECTIONS {
        let request = get(&format!("/opnc/v1/pcp/lookupvehicle/{UNKNOWN}"), &bearers[connection % 2]);
        connections.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut answered = 0_u32;
            while began.elapsed() < FLOOD {
                assert_eq!(exchange(&mut stream, &request).await, 404);
                answered += 1;
            }
            answered
        }));
    }
    let mut answered = 0;
    for connection in connections {
        answered += connection.await.unwrap();
    }
    let took = began.elapsed().as_secs_f64();
    ticking.abort();
    let heard = peer.questions.load(Ordering::Relaxed) - before;
    println!("one unknown car");
    println!("asked for             {:>7.0} times a second for {took:.0} s", f64::from(answered) / took);
    println!("heard of at the peer  {heard:>7} times");
}

fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

fn share(times: &[f64], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() * percent / 100]
}

/// Asks, and reads all of the answer; its status.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> u16 {
    stream.write_all(request).await.unwrap();
    let mut read = Vec::with_capacity(8192);
    loop {
        assert!(stream.read_buf(&mut read).await.unwrap() > 0, "the connection ended");
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&read[..end]).unwrap().to_ascii_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        if read.len() >= end + 4 + length {
            return head.split(' ').nth(1).unwrap().parse().unwrap();
        }
    }
}

/// A pool that knows these cars and takes its time.
struct Peer {
    address: SocketAddr,
    questions: Arc<AtomicUsize>,
}

impl Peer {
    async fn start(known: HashMap<String, String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (known, questions) = (Arc::new(known), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&questions);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                tokio::spawn(serve(stream, Arc::clone(&known), Arc::clone(&count)));
            }
        });
        Self { address, questions }
    }
}

async fn serve(mut stream: TcpStream, known: Arc<HashMap<String, String>>, questions: Arc<AtomicUsize>) {
    let mut read = Vec::with_capacity(8192);
    loop {
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
            if !matches!(stream.read_buf(&mut read).await, Ok(1..)) {
                return;
            }
            continue;
        };
        let head = String::from_utf8_lossy(&read[..end]).into_owned();
        let length = head.to_ascii_lowercase();
        let length =
            length.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        while read.len() < end + 4 + length {
            assert!(stream.read_buf(&mut read).await.unwrap() > 0, "half a question");
        }
        let path = head.split(' ').nth(1).unwrap_or_default();
        let (status, body) = if head.starts_with("POST /oauth2/token") {
            (200, json!({"access_token": "t", "expires_in": 86_400}).to_string())
        } else {
            questions.fetch_add(1, Ordering::Relaxed);
            // Tokio's timer goes by whole milliseconds, counted from when it was made: who asks in another moment of one would
            // wait for up to one more.
            tokio::task::spawn_blocking(|| std::thread::sleep(LATENCY)).await.unwrap();
            match (path.contains(UNKNOWN), known.get(path)) {
                (true, _) => (
                    404,
                    json!({"errorMessages": ["no"], "traceId": "0b6c4d4e-1f57-4b39-9d07-1a3c3f0f7f11"}).to_string(),
                ),
                (false, Some(body)) => (200, body.clone()),
                (false, None) => (200, String::new()),
            }
        };
        read.drain(..end + 4 + length);
        let head =
            format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all(format!("{head}{body}").as_bytes()).await.is_err() {
            return;
        }
    }
}
