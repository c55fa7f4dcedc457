//! The status listener, asked by ourselves and by openssl.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opnc_messages::pki::RevocationReason;
use opnc_pki::certificate::Certificate;
use opnc_pki::crl::Crl;
use opnc_pki::ocsp::{BasicResponse, CertId, Failure, IdHash, Request, Response, Status};
use opnc_server::ListenerConfig;
use opnc_store::authorities::{self, AuthorityKind};
use opnc_store::issued_certificates::{self, Revocation};
use opnc_test_util::{TestClock, TestEcosystem};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const BASE: &str = "http://status.example";

/// An ecosystem, and of its own certificates a leaf with those above it.
struct World {
    test: TestEcosystem,
    leaf: Certificate,
    issuer: Certificate,
    above: Certificate,
    root: Certificate,
    http: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(choose: impl FnOnce(&mut opnc_test_util::TestOptions)) -> Self {
        let test = TestEcosystem::start_with(|options| {
            options.server.status = Some(ListenerConfig::status("127.0.0.1:0".parse().unwrap()));
            options.policy.status_url = Some(BASE.to_owned());
            choose(options);
        })
        .await;
        let root = test.found().await;
        let mut reader = test.ecosystem.store().read().await.unwrap();
        let mut one = async |kind| {
            let row = authorities::active(&mut reader, kind).await.unwrap().remove(0);
            Certificate::from_der(&row.certificate.der).unwrap()
        };
        let leaf = one(AuthorityKind::CpsSigner).await;
        let issuer = one(AuthorityKind::CpsSubCa2).await;
        let above = one(AuthorityKind::CpsSubCa1).await;
        drop(reader);
        Self { test, leaf, issuer, above, root, http: reqwest::Client::new() }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{}", self.test.server.status.unwrap(), path.strip_prefix(BASE).unwrap_or(path))
    }

    async fn post(&self, request: Vec<u8>) -> Response {
        let answer = self.http.post(self.url("/ocsp")).body(request).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/ocsp-response");
        Response::from_der(&answer.bytes().await.unwrap()).unwrap()
    }

    async fn ask(&self, ids: Vec<CertId>, nonce: Option<&[u8]>) -> Response {
        self.post(Request { ids, nonce: nonce.map(<[u8]>::to_vec) }.to_der().unwrap()).await
    }

    fn id(&self, hash: IdHash) -> CertId {
        CertId::new(hash, &self.issuer, self.leaf.serial()).unwrap()
    }

    async fn status(&self, id: CertId, nonce: Option<&[u8]>) -> Status {
        let answer = basic(self.ask(vec![id.clone()], nonce).await);
        answer.verify(&id, &self.issuer, nonce, self.test.ecosystem.now()).unwrap().status
    }

    async fn revoke(&self, reason: RevocationReason) {
        let (issuer, serial) = (&self.issuer.fingerprint(), &hex::encode(self.leaf.serial()));
        let revocation = Revocation { at: self.test.ecosystem.now(), reason };
        let work = self.test.ecosystem.store().run_tx("revoke", |tx| {
            Box::pin(async move { issued_certificates::revoke(tx, issuer, serial, revocation).await })
        });
        assert!(work.await.unwrap());
    }

    async fn crl(&self) -> Vec<u8> {
        let url = self.url(&self.leaf.crl_urls()[0]);
        let answer = self.http.get(url).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/pkix-crl");
        answer.bytes().await.unwrap().to_vec()
    }
}

fn basic(response: Response) -> BasicResponse {
    match response {
        Response::Basic(basic) => *basic,
        Response::Failed(failure) => panic!("{failure:?}"),
    }
}

fn failure(response: Response) -> Failure {
    match response {
        Response::Failed(failure) => failure.unwrap(),
        Response::Basic(_) => panic!("an answer"),
    }
}

#[tokio::test]
async fn a_revocation_shows_at_once_in_answers_and_in_the_list() {
    let world = World::new().await;
    for hash in IdHash::ALL {
        for nonce in [None, Some(b"0123456789abcdef".as_slice()), None] {
            assert_eq!(world.status(world.id(hash), nonce).await, Status::Good);
        }
    }
    let before = Crl::from_der(&world.crl().await).unwrap();
    before.verify(&world.issuer, world.test.ecosystem.now()).unwrap();
    assert!(before.is_empty());
    world.revoke(RevocationReason::KeyCompromise).await;
    let now = world.test.ecosystem.now();
    let revoked = Status::Revoked { at: now, reason: Some(RevocationReason::KeyCompromise) };
    for hash in IdHash::ALL {
        assert_eq!(world.status(world.id(hash), None).await, revoked);
    }
    let after = Crl::from_der(&world.crl().await).unwrap();
    after.verify(&world.issuer, now).unwrap();
    assert!(after.number() > before.number());
    let line = after.find(world.leaf.serial()).unwrap();
    assert_eq!((line.at, line.reason), (now, Some(RevocationReason::KeyCompromise)));
}

#[tokio::test]
async fn what_was_never_issued_is_unknown_and_what_is_not_ours_is_refused() {
    let world = World::new().await;
    let never = CertId::new(IdHash::Sha1, &world.issuer, &[0x40; 16]).unwrap();
    assert_eq!(world.status(never, None).await, Status::Unknown);
    let foreign = World::with(|options| options.policy.status_url = None).await;
    let id = CertId::new(IdHash::Sha256, &foreign.issuer, foreign.leaf.serial()).unwrap();
    assert_eq!(failure(world.ask(vec![id.clone()], None).await), Failure::Unauthorized);
    assert_eq!(failure(world.ask(vec![world.id(IdHash::Sha1), id], None).await), Failure::Unauthorized);
    assert!(foreign.leaf.ocsp_urls().is_empty(), "without a URL certificates name none");
}

#[tokio::test]
async fn answers_come_from_the_cache_until_half_of_their_life() {
    let world = World::new().await;
    let request = Request { ids: vec![world.id(IdHash::Sha1)], nonce: None }.to_der().unwrap();
    let path = STANDARD.encode(&request);
    let get = async |path: &str| world.http.get(world.url(&format!("/ocsp/{path}"))).send().await.unwrap();
    let first = get(&path).await;
    let headers = first.headers().clone();
    assert_eq!(headers["cache-control"], "max-age=60, public, no-transform, must-revalidate");
    assert_eq!(headers["last-modified"], "Mon, 01 Jun 2026 12:00:00 GMT");
    assert_eq!(headers["expires"], "Tue, 02 Jun 2026 00:00:00 GMT");
    let first = first.bytes().await.unwrap();
    let escaped = path.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D");
    assert_eq!(get(&escaped).await.bytes().await.unwrap(), first, "the same signature");
    assert_eq!(get(path.trim_end_matches('=')).await.bytes().await.unwrap(), first);
    let again = world.http.get(world.url(&format!("/ocsp/{path}"))).header("if-none-match", &headers["etag"]);
    assert_eq!(again.send().await.unwrap().status(), 304);

    world.test.clock.advance(5 * 3600);
    assert_eq!(get(&path).await.bytes().await.unwrap(), first);
    world.test.clock.advance(2 * 3600);
    assert_ne!(get(&path).await.bytes().await.unwrap(), first);
    // The responder's certificate has ended by then.
    world.test.clock.advance(24 * 20 * 3600);
    assert_eq!(world.status(world.id(IdHash::Sha1), None).await, Status::Good);
}

/// What is in memory is given before the routes: the same answer, counted, and without a trace id.
#[tokio::test]
async fn answers_from_memory_are_the_same() {
    let world = World::with(|options| {
        options.server.admin = Some(ListenerConfig::admin("127.0.0.1:0".parse().unwrap()));
    })
    .await;
    let request = Request { ids: vec![world.id(IdHash::Sha256)], nonce: None }.to_der().unwrap();
    let get = || world.http.get(world.url(&format!("/ocsp/{}", STANDARD.encode(&request).replace('/', "%2F"))));
    let post = || world.http.post(world.url("/ocsp")).body(request.clone());
    let traced = async |asked: reqwest::RequestBuilder| {
        let mut answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let headers = answer.headers_mut();
        headers.remove("opnc-correlation-id");
        headers.remove("opnc-request-id");
        headers.remove("date");
        let is_traced = headers.remove("opnc-trace-id").is_some();
        let headers = headers.clone();
        (is_traced, (headers, answer.bytes().await.unwrap()))
    };
    let (is_traced, first) = traced(get()).await;
    assert!(is_traced, "it is made now");
    assert_eq!(traced(get()).await, (false, first));
    let (is_traced, posted) = traced(post()).await;
    assert!(!is_traced, "there is one memory for both");
    assert_eq!(posted.0["cache-control"], "no-store");
    let beside = world.http.get(world.url(&format!("/ocsp{}", STANDARD.encode(&request).replace('/', "%2F"))));
    assert_eq!(beside.send().await.unwrap().status(), 404);

    world.revoke(RevocationReason::Superseded).await;
    let (is_traced, revoked) = traced(post()).await;
    assert!(is_traced && revoked.1 != posted.1, "nothing in memory counts any more");
    assert_eq!(traced(post()).await, (false, revoked));

    let metrics = format!("http://{}/metrics", world.test.server.admin.unwrap());
    let text = reqwest::get(metrics).await.unwrap().text().await.unwrap();
    for (operation, number) in [("/ocsp/{*request}", 2), ("/ocsp", 3)] {
        let line = format!("opnc_requests_total{{operation=\"{operation}\",status=\"200\"}} {number}");
        assert!(text.contains(&line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_request() {
    let world = World::with(|options| {
        options.server.status.as_mut().unwrap().request_timeout = Duration::from_millis(50);
    })
    .await;
    let mut stream = tokio::net::TcpStream::connect(world.test.server.status.unwrap()).await.unwrap();
    stream.write_all(b"POST /ocsp HTTP/1.1\r\nhost: status\r\ncontent-length: 80\r\n\r\n0123").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("errorMessages"), "{answer}");
}

/// Who sends a body slowly has a place meanwhile: it is refused to others, and had by them afterwards.
#[tokio::test]
async fn a_body_on_its_way_takes_a_place() {
    let world = World::with(|options| options.server.status.as_mut().unwrap().most_requests = 1).await;
    let request = Request { ids: vec![world.id(IdHash::Sha256)], nonce: None }.to_der().unwrap();
    basic(world.post(request.clone()).await);
    let mut stream = tokio::net::TcpStream::connect(world.test.server.status.unwrap()).await.unwrap();
    let (begin, end) = request.split_at(10);
    let head =
        format!("POST /ocsp HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n", request.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    // It is asked to go on when its body is being read.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 "), "{}", String::from_utf8_lossy(&go_on));
    let busy = world.http.post(world.url("/ocsp")).body(request.clone()).send().await.unwrap();
    assert_eq!((busy.status().as_u16(), busy.headers()["retry-after"].to_str().unwrap()), (503, "1"));
    for part in [begin, end] {
        stream.write_all(part).await.unwrap();
    }
    let mut line = [0; 15];
    stream.read_exact(&mut line).await.unwrap();
    assert_eq!(&line, b"HTTP/1.1 200 OK");
    basic(world.post(request).await);
}

#[tokio::test]
async fn bad_requests_get_the_answers_of_ocsp() {
    let world = World::new().await;
    let good = Request { ids: vec![world.id(IdHash::Sha1)], nonce: Some(vec![1; 128]) }.to_der().unwrap();
    for end in 0..good.len() {
        assert_eq!(failure(world.post(good[..end].to_vec()).await), Failure::Malformed, "{end}");
    }
    let many = |ids: usize, nonce| Request { ids: vec![world.id(IdHash::Sha1); ids], nonce }.to_der().unwrap();
    for bad in [many(33, None), many(10_000, None), many(0, None), many(1, Some(vec![1; 129])), vec![0; 100_000]] {
        assert_eq!(failure(world.post(bad).await), Failure::Malformed);
    }
    let answer = basic(world.post(many(32, None)).await);
    assert!(answer.verify(&world.id(IdHash::Sha1), &world.issuer, None, world.test.ecosystem.now()).is_ok());
    for broken in ["/ocsp/MA=MA", "/ocsp/%", "/ocsp/%zz", "/ocsp/M!", "/ocsp/a"] {
        assert_eq!(world.http.get(world.url(broken)).send().await.unwrap().status(), 400, "{broken}");
    }
    for missing in
        ["/", "/crl/0000000000000000.crl", "/crl/x", "/ca/0.cer", "/ca/..%2f", "/opnc/v1/rcp/rootcertificates"]
    {
        assert_eq!(world.http.get(world.url(missing)).send().await.unwrap().status(), 404, "{missing}");
    }
}

#[tokio::test]
async fn openssl_verifies_answers_and_lists() {
    // openssl goes by the clock of this machine.
    let now = opnc_pki::Clock::now(&opnc_pki::SystemClock).to_string();
    let world = World::with(|options| options.clock = TestClock::at(&now)).await;
    let world = World { ..world };
    let folder = tempfile::tempdir().unwrap();
    put_chain(&world, &folder);
    let check = async |world: &World, arguments: &[&str]| {
        let url = world.url("/ocsp");
        let mut all = vec!["ocsp", "-issuer", "issuer.pem", "-CAfile", "chain.pem", "-url", &url];
        all.extend(arguments);
        all.extend(["-cert", "leaf.pem"]);
        openssl(folder.path(), &all).await
    };
    for hash in ["-sha1", "-sha256"] {
        for nonce in ["-nonce", "-no_nonce"] {
            let (ok, text) = check(&world, &[hash, nonce]).await;
            assert!(ok && text.contains("Response verify OK") && text.contains("leaf.pem: good"), "{text}");
            assert!(!text.contains("WARNING"), "{text}");
        }
    }
    let ca = world.http.get(world.url(&world.leaf.extensions().ca_issuers_urls[0])).send().await.unwrap();
    assert_eq!(ca.bytes().await.unwrap(), world.issuer.der());

    let verify = ["verify", "-x509_strict", "-crl_check", "-CRLfile", "list.pem", "-CAfile", "chain.pem", "leaf.pem"];
    fs::write(folder.path().join("list.der"), world.crl().await).unwrap();
    let convert = ["crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem"];
    assert!(openssl(folder.path(), &convert).await.0);
    let (ok, text) = openssl(folder.path(), &verify).await;
    assert!(ok, "{text}");

    world.revoke(RevocationReason::Superseded).await;
    let (_, text) = check(&world, &["-sha256"]).await;
    assert!(text.contains("leaf.pem: revoked") && text.contains("Reason: superseded"), "{text}");
    fs::write(folder.path().join("list.der"), world.crl().await).unwrap();
    assert!(openssl(folder.path(), &convert).await.0);
    let (ok, text) = openssl(folder.path(), &verify).await;
    assert!(!ok && text.contains("certificate revoked"), "{text}");
}

fn put_chain(world: &World, folder: &TempDir) {
    let put = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    put("leaf.pem", world.leaf.to_pem());
    put("issuer.pem", world.issuer.to_pem());
    let chain = [&world.issuer, &world.above, &world.root].map(Certificate::to_pem).concat();
    put("chain.pem", chain);
}

/// Whether it succeeded, and what it said.
async fn openssl(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(folder);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// Nothing is signed for a CA that has ended: what it could say would not be good for a moment, so that each question of a
/// stranger would be a signature and a change of the database.
#[tokio::test]
async fn a_ca_that_has_ended_makes_nothing_for_strangers() {
    let world = World::new().await;
    let before = world.crl().await;
    let end = world.issuer.not_after().as_second() - world.test.ecosystem.now().as_second();
    world.test.clock.advance(end + 1);
    let recorded = world.test.snapshot().await.count("issued_certificates");
    for _ in 0..2 {
        assert!(world.crl().await == before, "the last list");
        let asked = world.ask(vec![world.id(IdHash::Sha1)], Some(b"nonce")).await;
        assert_eq!(failure(asked), Failure::Unauthorized);
    }
    assert_eq!(world.test.snapshot().await.count("issued_certificates"), recorded);
}
