//! How many cars a second get their contract: over HTTP, on SQLite and, where `OPNC_TEST_POSTGRES` names a server,
//! on PostgreSQL, in one run, beside a handler that does nothing and beside the bare cryptography of one request.
//!
//! A request decodes EXI, verifies the car's signature and chain, looks the car and its contracts up, and encodes the
//! answer. Sixteen connections keep the server busy from the same process, so client and server share the cores; the
//! handler that does nothing (`/livez`) is measured in the same way and shows what that costs. Bare cryptography: two
//! ECDSA verifications (the request's signature and the leaf's; those of the CAs are remembered), on as many threads as
//! there are cores. Then the same of ISO 15118-20, on secp521r1. Run it with `cargo bench -p opnc-server --bench installation`.

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

use jiff::Timestamp;
use opnc_client::vehicle::Vehicle20;
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::ids::SessionId;
use opnc_messages::{Base64Bytes, IsoVersion, Role, RootType};
use opnc_pki::contract::iso20::{Asked, KeyIdForm};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::Algorithm;
use opnc_pki::profile::PROVISIONING;
use opnc_pki::{Certificate, Clock};
use opnc_services::bootstrap;
use opnc_test_util::calls::token;
use opnc_test_util::{TestEcosystem, generate_body, processor_time, provisioning_body, vehicle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 16;
const CARS: usize = 200;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let postgres = std::env::var("OPNC_TEST_POSTGRES").is_ok_and(|url| !url.is_empty());
        for version in IsoVersion::ALL {
            measure(version, false).await;
            if postgres {
                measure(version, true).await;
            }
        }
        if !postgres {
            println!("PostgreSQL: OPNC_TEST_POSTGRES names no server");
        }
    });
}

async fn measure(version: IsoVersion, postgres: bool) {
    let ecosystem = TestEcosystem::start_with(|options| options.postgres = postgres).await;
    let (requests, bare) = prepare(&ecosystem, version).await;
    let own = std::process::id();
    let nothing = vec![b"GET /livez HTTP/1.1\r\nhost: bench\r\n\r\n".to_vec()];
    let mut best = [0.0_f64; 3];
    let mut work = [(0.0, Duration::ZERO); 3];
    for _ in 0..ROUNDS {
        for side in 0..best.len() {
            let (before, begin) = (processor_time(own), Instant::now());
            let rate = match side {
                0 => rate(ecosystem.server.address, &requests).await,
                1 => rate(ecosystem.server.address, &nothing).await,
                _ => tokio::task::block_in_place(|| bare_rate(&bare)),
            };
            work[side].0 += rate * begin.elapsed().as_secs_f64();
            work[side].1 += processor_time(own) - before;
            best[side] = best[side].max(rate);
        }
    }
    let [installed, nothing, bare] = best;
    let [for_installed, for_nothing, for_bare] = work.map(|(done, used)| done / used.as_secs_f64());
    // PostgreSQL works in processes of its own, whose time is not in these figures.
    println!("{version} on {}", if postgres { "PostgreSQL" } else { "SQLite" });
    println!("for a second of processor time, client included: {for_installed:.0}, {for_nothing:.0}, {for_bare:.0}");
    println!("installation        {installed:>9.0} requests/s");
    println!("do-nothing handler  {nothing:>9.0} requests/s   installation is {:.2} of it", installed / nothing);
    println!("bare cryptography   {bare:>9.0} requests/s   installation is {:.2} of it", installed / bare);
}

/// What must be verified for one request: the public key, the message and the signature, twice.
type Bare = Vec<(opnc_pki::key::PublicKey, Vec<u8>, Vec<u8>)>;

/// Publishes the cars with a contract each, and writes their requests down as bytes.
async fn prepare(ecosystem: &TestEcosystem, version: IsoVersion) -> (Vec<Vec<u8>>, Bare) {
    let (now, mut rng) = (ecosystem.clock.now(), rand::rng());
    let (v2g, algorithm) = match version {
        IsoVersion::Iso2 => (ecosystem.found().await, Algorithm::Secp256r1),
        IsoVersion::Iso20 => {
            let root = bootstrap::found_iso20(&ecosystem.ecosystem, "Bench", None).await.unwrap();
            ecosystem.trust(&root, RootType::V2g).await;
            (root, Algorithm::Secp521r1)
        }
    };
    let pki = Hierarchy::new_in(Domain::Oem, "OEM A", algorithm, now, &mut rng).unwrap();
    ecosystem.trust(pki.root.certificate(), RootType::Oem).await;
    let (oem, emsp) = (ecosystem.client(Role::Oem), ecosystem.client(Role::EmspNoPki));
    let token = token(ecosystem, ecosystem.party(Role::Cpo), None).await;
    let mut requests = Vec::new();
    let mut bare = Vec::new();
    for number in 0..CARS {
        let pcid = format!("WAA{number:014}");
        let leaf = pki.leaf(&PROVISIONING, &pcid, now, &mut rng).unwrap();
        oem.add_provisioning_certificate(&provisioning_body(&leaf)).await.unwrap();
        let mut contract =
            generate_body(&format!("DEDDDC{number:08}"), &pcid, "2026-06-01T00:00:00Z", "2027-06-01T00:00:00Z");
        contract.iso_version = version;
        emsp.generate_and_sign_contract_data(&contract).await.unwrap();
        let exi = request(version, &leaf, &v2g, now);
        let body = GetSignedContractDataReq {
            certificate_installation_req: Base64Bytes::from(exi),
            iso_version: version,
            meta_data: None,
        };
        let body = serde_json::to_string(&body).unwrap();
        let request = format!(
            "POST /opnc/v1/ccp/signedcontractdata HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        requests.push(request.into_bytes());
        if bare.len() < 2 {
            let message = vec![number as u8; 600];
            bare.push((leaf.key.public_key().clone(), message.clone(), leaf.key.sign_raw(&message).unwrap()));
        }
    }
    (requests, bare)
}

/// A car's signed request.
fn request(version: IsoVersion, leaf: &Leaf, v2g: &Certificate, at: Timestamp) -> Vec<u8> {
    match version {
        IsoVersion::Iso2 => {
            let session = SessionId::parse("3D4CBF93374ED89B").unwrap();
            vehicle(leaf, std::slice::from_ref(v2g)).request_installation(&session).unwrap()
        }
        IsoVersion::Iso20 => {
            let asked = Asked { session_id: [1; 8], at, maximum: 1, prioritized_emaids: Vec::new() };
            let (chain, key) = (leaf.chain(), leaf.key.clone());
            let car = Vehicle20 { chain, key, v2g_roots: vec![v2g.clone()], key_id_form: KeyIdForm::default() };
            car.request_installation(&asked).unwrap()
        }
    }
}

/// Answers per second on all connections; every answer must be a 200.
async fn rate(address: SocketAddr, requests: &[Vec<u8>]) -> f64 {
    let begin = Instant::now();
    let mut connections = Vec::new();
    for connection in 0..CONNECTIONS {
        let requests = requests.to_vec();
        connections.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut answered = 0_u32;
            let mut buffer = Vec::with_capacity(16 * 1024);
            let mut next = connection * 7;
            while begin.elapsed() < ROUND {
                stream.write_all(&requests[next % requests.len()]).await.unwrap();
                read_answer(&mut stream, &mut buffer).await;
                answered += 1;
                next += 1;
            }
            answered
        }));
    }
    let mut answered = 0;
    for connection in connections {
        answered += connection.await.unwrap();
    }
    f64::from(answered) / begin.elapsed().as_secs_f64()
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the connection ended");
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        if buffer.len() >= end + 4 + length {
            return;
        }
    }
}

fn bare_rate(bare: &Bare) -> f64 {
    let threads = std::thread::available_parallelism().unwrap().get();
    let begin = Instant::now();
    let done: u32 = std::thread::scope(|scope| {
        let work = || {
            let mut done = 0;
            while begin.elapsed() < ROUND {
                for (key, message, signature) in bare {
                    key.verify_raw(message, signature).unwrap();
                }
                done += 1;
            }
            done
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    f64::from(done) / begin.elapsed().as_secs_f64()
}
