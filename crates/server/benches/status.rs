//! How many OCSP requests a second are answered from the cache, beside a handler that does nothing and beside cfssl's
//! `ocspserve` with the same answers.
//!
//! A thousand certificates are recorded in SQLite; each is asked for without a nonce: by GET, as caches and stations do, and
//! by POST, because cfssl (Debian: golang-cfssl) cannot read a request in its path. Every answer is verified once, and every
//! answer under load must be one of those, byte for byte. Sixteen connections of a second process, this program again,
//! keep the server busy; `/livez` is measured in the same way. Then the same with a nonce, where each answer is signed.
//! The server under test has one core and those who ask another (`taskset`), so that what asking costs is in no figure. Rates
//! are the best of many short rounds; beside them are the answers for a second of the server's processor time in all rounds.
//! Run it with `cargo bench -p opnc-server --bench status`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark measures time and prints it; what fails in it has no figure"
)]

use std::ffi::OsStr;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opnc_pki::certificate::Certificate;
use opnc_pki::issue::{self, Request as CertificateRequest};
use opnc_pki::key::{Algorithm, Signer, SoftwareKey, sha256};
use opnc_pki::ocsp::{CertId, IdHash, Request, Response};
use opnc_pki::{Clock, profile};
use opnc_server::ListenerConfig;
use opnc_store::authorities::{self, AuthorityKind};
use opnc_store::issued_certificates::{self, IssuedCertificate};
use opnc_test_util::{TestEcosystem, processor_time};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 16;
const CERTIFICATES: usize = 1000;
const ROUND: Duration = Duration::from_secs(1);
const ROUNDS: usize = 8;

/// A request, and the body of its answer where there is one only.
type Asked = (Vec<u8>, Option<Vec<u8>>);

/// In the environment of the client: what it asks, and whom.
const CLIENT: &str = "OPNC_BENCH_CLIENT";

/// In the environment of what runs on its core.
const PINNED: &str = "OPNC_BENCH_PINNED";
const SERVERS_CORE: &str = "0";
const CLIENTS_CORE: &str = "1";

fn main() {
    if let Ok(asked) = std::env::var(CLIENT) {
        return tokio::runtime::Runtime::new().unwrap().block_on(ask(&asked));
    }
    if std::env::var_os(PINNED).is_none() {
        let mut again = on_core(SERVERS_CORE, std::env::current_exe().unwrap());
        assert!(again.args(std::env::args_os().skip(1)).env(PINNED, "").status().unwrap().success());
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(measure());
}

/// A program on one core.
fn on_core(core: &str, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", core]).arg(program);
    command
}

/// What a client does: one round, and says how many answers it had, and in how many seconds.
async fn ask(asked: &str) {
    let (address, asked): (SocketAddr, Vec<Asked>) = serde_json::from_slice(&std::fs::read(asked).unwrap()).unwrap();
    let (asked, begin) = (Arc::new(asked), Instant::now());
    let answered = answers(address, &asked).await;
    println!("{}", serde_json::json!([answered, begin.elapsed().as_secs_f64()]));
}

async fn measure() {
    let ecosystem = TestEcosystem::start_with(|options| {
        options.server.status = Some(ListenerConfig::status("127.0.0.1:0".parse().unwrap()));
    })
    .await;
    ecosystem.found().await;
    let address = ecosystem.server.status.unwrap();
    let (issuer, ids) = issued(&ecosystem).await;
    let mut by_get: Vec<Asked> = Vec::new();
    let mut by_post: Vec<Asked> = Vec::new();
    let mut signed: Vec<Asked> = Vec::new();
    for id in &ids {
        let request = Request { ids: vec![id.clone()], nonce: None };
        let body = one(address, &get(&request)).await;
        match Response::from_der(&body).unwrap() {
            Response::Basic(answer) => answer.verify(id, &issuer, None, ecosystem.clock.now()).unwrap(),
            other => unreachable!("no answer: {other:?}"),
        };
        by_get.push((get(&request), Some(body.clone())));
        by_post.push((post("/ocsp", &request), Some(body)));
        signed.push((get(&Request { ids: vec![id.clone()], nonce: Some(vec![7; 32]) }), None));
    }
    let livez = b"GET /livez HTTP/1.1\r\nhost: bench\r\n\r\n".to_vec();
    let alive = one(ecosystem.server.address, &livez).await;
    let nothing = vec![(livez, Some(alive))];
    let peer = Peer::start(&by_post).await;
    let (own, folder) = (std::process::id(), tempfile::tempdir().unwrap());
    let side = |name, address, asked: &[Asked], server| {
        let file = folder.path().join(name);
        std::fs::write(&file, serde_json::to_vec(&(address, asked)).unwrap()).unwrap();
        Side { name, file, server }
    };
    let sides = [
        Some(side("OCSP from the cache, GET", address, &by_get, own)),
        Some(side("do-nothing handler", ecosystem.server.address, &nothing, own)),
        Some(side("OCSP from the cache, POST", address, &by_post, own)),
        peer.as_ref().map(|peer| side("cfssl ocspserve, POST", peer.address, &peer.asked, peer.process.id())),
        Some(side("OCSP with a nonce, GET", address, &signed, own)),
    ];
    let mut totals = [(); 5].map(|()| Total::default());
    for _ in 0..ROUNDS {
        for (total, side) in totals.iter_mut().zip(&sides) {
            if let Some(side) = side {
                total.round(side).await;
            }
        }
    }
    for (side, total) in sides.iter().zip(&totals) {
        let name = side.as_ref().map_or("not installed", |side| side.name);
        let (by_clock, by_processor) = (total.by_clock(), total.by_processor());
        println!(
            "{name:<26} {by_clock:>7.0} answers/s {by_processor:>7.0} for a second of the server's processor time"
        );
    }
    for (what, of) in [("clock", Total::by_clock as fn(&Total) -> f64), ("processor time", Total::by_processor)] {
        let [by_get, nothing, by_post, theirs, signed] = totals.each_ref().map(of);
        println!(
            "by {what}: of the do-nothing handler GET {:.2}, POST {:.2}, with a nonce {:.2}; POST beside cfssl {:.1} times as many",
            by_get / nothing,
            by_post / nothing,
            signed / nothing,
            by_post / theirs
        );
    }
}

/// What is asked of a server, in a file for the client, and the server's process.
struct Side {
    name: &'static str,
    file: PathBuf,
    server: u32,
}

/// What one side has done in all rounds.
#[derive(Default)]
struct Total {
    best: f64,
    answered: f64,
    used: f64,
}

impl Total {
    async fn round(&mut self, side: &Side) {
        let mut client = on_core(CLIENTS_CORE, std::env::current_exe().unwrap());
        client.env(CLIENT, &side.file).stderr(Stdio::inherit());
        let before = processor_time(side.server);
        let said = tokio::task::spawn_blocking(move || client.output().unwrap()).await.unwrap();
        self.used += (processor_time(side.server) - before).as_secs_f64();
        let (answered, seconds): (f64, f64) = serde_json::from_slice(&said.stdout).unwrap();
        self.best = self.best.max(answered / seconds);
        self.answered += answered;
    }

    /// Answers a second in the best round.
    fn by_clock(&self) -> f64 {
        self.best
    }

    /// Answers for a second of the server's processor time.
    fn by_processor(&self) -> f64 {
        self.answered / self.used
    }
}

fn get(request: &Request) -> Vec<u8> {
    let path = STANDARD.encode(request.to_der().unwrap()).replace('+', "%2B").replace('/', "%2F");
    format!("GET /ocsp/{path} HTTP/1.1\r\nhost: bench\r\n\r\n").into_bytes()
}

fn post(path: &str, request: &Request) -> Vec<u8> {
    let der = request.to_der().unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/ocsp-request\r\ncontent-length: {}\r\n\r\n",
        der.len()
    );
    [head.into_bytes(), der].concat()
}

/// The eMSP CA, and the names of as many contract certificates of it.
async fn issued(ecosystem: &TestEcosystem) -> (Certificate, Vec<CertId>) {
    let store = ecosystem.ecosystem.store();
    let row =
        authorities::active(&mut store.read().await.unwrap(), AuthorityKind::EmspIssuing).await.unwrap().remove(0);
    let issuer = Certificate::from_der(&row.certificate.der).unwrap();
    let signer = Signer::stored(ecosystem.ecosystem.keys(), &row.key_id).unwrap();
    let ca = issue::Authority::existing(issuer.clone(), Vec::new(), signer).unwrap();
    let key = SoftwareKey::generate(Algorithm::Secp256r1).unwrap();
    let (now, profile) = (ecosystem.clock.now(), &profile::CONTRACT);
    let mut rows = Vec::new();
    for number in 0..CERTIFICATES {
        let emaid = format!("DEDDDC{number:08}");
        let request = CertificateRequest {
            profile,
            subject: profile.subject(&emaid, "Bench", None).unwrap(),
            public_key: key.public_key().clone(),
            validity: profile.validity_from(now).within(&issuer),
        };
        let certificate = ca.issue(request, &mut ecosystem.ecosystem.rng()).unwrap();
        rows.push(IssuedCertificate {
            issuer_fingerprint: issuer.fingerprint(),
            serial: hex::encode(certificate.serial()),
            fingerprint: certificate.fingerprint(),
            profile: profile.name.to_owned(),
            iso: profile.version,
            subject: emaid.clone(),
            subject_key: emaid,
            public_key_hash: Some(sha256(certificate.der())),
            party_id: None,
            der: certificate.der().to_vec(),
            not_after: certificate.not_after(),
            created_at: now,
            revocation: None,
        });
    }
    let rows = &rows;
    let work = store.run_tx("bench", |tx| {
        Box::pin(async move {
            for row in rows {
                issued_certificates::add(tx, row).await?;
            }
            Ok::<_, opnc_store::StoreError>(())
        })
    });
    work.await.unwrap();
    let serial = |row: &IssuedCertificate| hex::decode(&row.serial).unwrap();
    let ids = rows.iter().map(|row| CertId::new(IdHash::Sha1, &issuer, &serial(row)).unwrap()).collect();
    (issuer, ids)
}

/// cfssl's responder with our own answers.
struct Peer {
    process: Child,
    address: SocketAddr,
    asked: Vec<Asked>,
    _folder: tempfile::TempDir,
}

impl Peer {
    /// Starts it, where it is installed.
    async fn start(ours: &[Asked]) -> Option<Self> {
        Command::new("cfssl").arg("version").output().ok()?;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("responses");
        let lines: Vec<String> = ours.iter().filter_map(|(_, body)| Some(STANDARD.encode(body.as_ref()?))).collect();
        std::fs::write(&file, lines.join("\n")).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = on_core(SERVERS_CORE, "cfssl");
        command.args(["ocspserve", "-address", "127.0.0.1", "-port", &address.port().to_string(), "-responses"]);
        command.arg(&file).args(["-loglevel", "5"]).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap();
        let at_root = |request: &[u8]| [&b"POST /"[..], request.strip_prefix(b"POST /ocsp").unwrap()].concat();
        let asked = ours.iter().map(|(request, body)| (at_root(request), body.clone()));
        let peer = Self { process, address, asked: asked.collect(), _folder: folder };
        let begin = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            assert!(begin.elapsed() < Duration::from_secs(10), "cfssl does not listen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(peer)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn one(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut buffer = Vec::new();
    let body = read_answer(&mut stream, &mut buffer).await;
    buffer[body..].to_vec()
}

/// The answers of one round on all connections; every answer must be a 200, and the one that is expected.
async fn answers(address: SocketAddr, asked: &Arc<Vec<Asked>>) -> f64 {
    let begin = Instant::now();
    let mut connections = Vec::new();
    for connection in 0..CONNECTIONS {
        let asked = Arc::clone(asked);
        connections.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut answered = 0_u32;
            let mut buffer = Vec::with_capacity(16 * 1024);
            let mut next = connection * 7;
            while begin.elapsed() < ROUND {
                let (request, expected) = &asked[next % asked.len()];
                stream.write_all(request).await.unwrap();
                match expected {
                    Some(expected) => read_known(&mut stream, &mut buffer, expected).await,
                    None => drop(read_answer(&mut stream, &mut buffer).await),
                }
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
    f64::from(answered)
}

/// Reads an answer that is known but for its headers, so that the client has as little work with a long one as with a short.
async fn read_known(stream: &mut TcpStream, buffer: &mut Vec<u8>, expected: &[u8]) {
    buffer.clear();
    while !buffer.ends_with(expected) || buffer.len() < expected.len() + 16 {
        assert!(buffer.len() < 16 * 1024, "another answer");
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the connection ended");
        assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(buffer));
    }
}

/// Reads an answer into the buffer; where its body begins.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the connection ended");
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
        });
        if buffer.len() >= end + 4 + length.unwrap_or(0) {
            return end + 4;
        }
    }
}
