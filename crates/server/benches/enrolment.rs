//! How many certificates a second are enrolled: over HTTP, each recorded on the disk before it is answered, beside `cfssl`
//! (Debian package `golang-cfssl`), which signs over HTTP and records nothing.
//!
//! Both sides answer the same number of connections from this process with keys on P-256 under a CA on P-256. The database
//! is a file with a synced log (`synchronous = FULL`); a `tmpfs` below the temporary folder would make the figure worthless,
//! so it is printed where that is. Run it with `cargo bench -p opnc-server --bench enrolment`, and with the variable
//! `OPNC_TEST_ENGINE=postgres` for PostgreSQL.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark measures time and prints it; what fails in it has no figure"
)]

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::{Role, RootType};
use opnc_pki::key::{Algorithm, SoftwareKey};
use opnc_services::bootstrap;
use opnc_test_util::calls::token;
use opnc_test_util::{TestEcosystem, processor_time};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Enough that both cores sign while others wait for the disk; twice what one party has by default.
const CONNECTIONS: usize = 256;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;
/// More than two cores can sign in all rounds.
const REQUESTS: usize = 120_000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        println!("the database is below {}", std::env::temp_dir().display());
        let ecosystem = TestEcosystem::start_with(|options| options.server.most_requests_per_party = CONNECTIONS).await;
        let root = bootstrap::found(&ecosystem.ecosystem, "Bench", None).await.unwrap();
        ecosystem.trust(&root, RootType::V2g).await;
        let ours = Arc::new(requests(&ecosystem).await);
        let cfssl = Cfssl::start();
        let next = Arc::new(AtomicUsize::new(0));
        let own = std::process::id();
        let mut totals = [Total::default(), Total::default()];
        for _ in 0..ROUNDS {
            totals[0].round(ecosystem.server.address, &ours, &next, own).await;
            if let Some(cfssl) = &cfssl {
                let theirs = Arc::new(vec![cfssl.request.clone()]);
                totals[1].round(cfssl.address, &theirs, &Arc::default(), cfssl.process.id()).await;
            }
        }
        let recorded = ecosystem.snapshot().await.count("issued_certificates");
        for (name, total) in ["enrolment, durable", "cfssl, bare signing"].iter().zip(&totals) {
            println!(
                "{name:<20} {:>6.0} certificates/s {:>6.0} for a second of processor time",
                total.best,
                total.efficiency()
            );
        }
        println!("{recorded} are recorded, by {}", std::env::var("OPNC_TEST_ENGINE").unwrap_or("sqlite".to_owned()));
        let [(ours, our_work), (theirs, their_work)] = totals.map(|total| (total.best, total.efficiency()));
        println!(
            "enrolment is {:.2} of bare signing by time, {:.2} by processor time",
            ours / theirs,
            our_work / their_work
        );
    });
}

/// What one side has done in all rounds.
#[derive(Default)]
struct Total {
    best: f64,
    answered: f64,
    used: Duration,
}

impl Total {
    async fn round(&mut self, address: SocketAddr, requests: &Arc<Vec<Vec<u8>>>, next: &Arc<AtomicUsize>, server: u32) {
        let own = std::process::id();
        let used = || processor_time(own) + if server == own { Duration::ZERO } else { processor_time(server) };
        let (before, begin) = (used(), Instant::now());
        let answered = answers(address, requests, next).await;
        self.best = self.best.max(answered / begin.elapsed().as_secs_f64());
        self.answered += answered;
        self.used += used() - before;
    }

    /// Certificates for a second of processor time.
    fn efficiency(&self) -> f64 {
        self.answered / self.used.as_secs_f64()
    }
}

/// A request for each of many keys, as bytes.
async fn requests(ecosystem: &TestEcosystem) -> Vec<Vec<u8>> {
    let token = token(ecosystem, ecosystem.party(Role::Cpo), None).await;
    let one = |number: usize| {
        let body = BASE64_STANDARD.encode(csr(&format!("DECPBE{number}")));
        let head = format!(
            "POST /opnc/v1/pki/est/simpleenroll?caDomain=cpo HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
             content-type: application/pkcs10\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        head.into_bytes()
    };
    (0..REQUESTS).map(one).collect()
}

/// PKCS #10 (RFC 2986) with a new key.
fn csr(common_name: &str) -> Vec<u8> {
    let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
    let name = tlv(0x30, &tlv(0x31, &tlv(0x30, &[&[6, 3, 0x55, 4, 3][..], &tlv(12, common_name.as_bytes())].concat())));
    let info = tlv(0x30, &[&[2, 1, 0][..], &name, &key.public_key().to_spki(), &[0xa0, 0]].concat());
    let algorithm = tlv(0x30, &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]);
    let signature = tlv(3, &[&[0][..], &key.sign_der(&info).unwrap()].concat());
    tlv(0x30, &[info, algorithm, signature].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..128 => vec![tag, length as u8],
        128..256 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// A `cfssl serve` with a CA of its own, ended with this value.
struct Cfssl {
    process: std::process::Child,
    _folder: tempfile::TempDir,
    address: SocketAddr,
    request: Vec<u8>,
}

impl Cfssl {
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let run = |line: &str| {
            let done = Command::new("sh").args(["-ec", line]).current_dir(folder.path()).output().unwrap();
            assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
        };
        Command::new("cfssl").arg("version").stdout(Stdio::null()).status().ok()?;
        run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out ca.pem -subj /CN=ca -days 30",
        );
        run(
            "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf",
        );
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("cfssl")
            .args(["serve", "-loglevel", "5", "-ca", "ca.pem", "-ca-key", "key.pem", "-address", "127.0.0.1"])
            .args(["-port", &port.to_string()])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        while std::net::TcpStream::connect(address).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let csr = std::fs::read_to_string(folder.path().join("leaf.csr")).unwrap();
        let body = serde_json::json!({ "certificate_request": csr }).to_string();
        let request = format!(
            "POST /api/v1/cfssl/sign HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        Some(Self { process, _folder: folder, address, request: request.into_bytes() })
    }
}

impl Drop for Cfssl {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The answers of one round on all connections; every answer must be a 200. No request is sent twice when there are enough.
async fn answers(address: SocketAddr, requests: &Arc<Vec<Vec<u8>>>, next: &Arc<AtomicUsize>) -> f64 {
    let begin = Instant::now();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let (requests, next) = (Arc::clone(requests), Arc::clone(next));
        connections.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut answered = 0_u32;
            let mut buffer = Vec::with_capacity(16 * 1024);
            while begin.elapsed() < ROUND {
                let number = next.fetch_add(1, Ordering::Relaxed);
                assert!(requests.len() == 1 || number < requests.len(), "not enough requests were prepared");
                stream.write_all(&requests[number % requests.len()]).await.unwrap();
                read_answer(&mut stream, &mut buffer).await;
                answered += 1;
            }
            answered
        }));
    }
    let mut answered = 0;
    for connection in connections {
        answered += connection.await.unwrap();
    }
    f64::from(answered)
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the connection ended");
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head} {}", String::from_utf8_lossy(&buffer[end..]));
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map(|n| n.parse::<usize>().unwrap());
        let whole = match length {
            Some(length) => buffer.len() >= end + 4 + length,
            None => buffer.ends_with(b"0\r\n\r\n"),
        };
        if whole {
            return;
        }
    }
}
