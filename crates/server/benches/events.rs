//! How many events a second reach a receiver, with durable state, beside a bare HTTP client that sends as many bodies of
//! that size to the same receiver; and how long an event takes from its commit to its receiver.
//!
//! An event is addressed, its delivery taken, its body made, signed and sent, the outcome written down, and whether the eMSP
//! hears of it looked up (it has no endpoint). Worker, client and receiver share the cores of one process, whose processor time stands beside
//! the clock: a PostgreSQL's own is not in it. The engine is the one that
//! `OPNC_TEST_ENGINE` names; a PostgreSQL that is to be durable must be started with `fsync`. Run it with
//! `cargo bench -p opnc-server --bench events`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark measures time and prints it; what fails in it has no figure"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use opnc_messages::Role;
use opnc_services::events::Worker;
use opnc_store::StoreError;
use opnc_store::outbox::{self, OutboxEvent};
use opnc_test_util::{TestEcosystem, processor_time};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EVENTS: usize = 20_000;
const ROUNDS: usize = 3;
const CONNECTIONS: usize = 16;
const SINGLE: usize = 500;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let receiver = Receiver::start().await;
        let ecosystem = TestEcosystem::start().await;
        ecosystem.endpoint(ecosystem.party(Role::Oem), &receiver.url, &["oem.contract.created"]).await;
        let (mut best, mut used) = ([0.0_f64; 3], [Duration::ZERO; 3]);
        for round in 0..ROUNDS {
            append(&ecosystem, round * EVENTS, EVENTS).await;
            let sides = [
                measured(delivered(&ecosystem, &receiver)).await,
                measured(bare(&receiver, CONNECTIONS)).await,
                measured(bare(&receiver, 1)).await,
            ];
            for (side, (rate, processor)) in sides.into_iter().enumerate() {
                best[side] = best[side].max(rate);
                used[side] += processor;
            }
        }
        let each = used.map(|used| used.as_secs_f64() * 1e6 / rate(EVENTS * ROUNDS, Duration::from_secs(1)));
        println!("by {}", std::env::var("OPNC_TEST_ENGINE").unwrap_or("sqlite".to_owned()));
        println!("deliveries        {:>9.0}/s {:>6.1} µs of processor time each", best[0], each[0]);
        println!("bare HTTP client  {:>9.0}/s {:>6.1} µs, {CONNECTIONS} loops at once", best[1], each[1]);
        println!(
            "                  {:>9.0}/s {:>6.1} µs, one loop: {:.2} of it by time",
            best[2],
            each[2],
            best[0] / best[2]
        );
        println!(
            "deliveries are {:.2} of {CONNECTIONS} loops by time, {:.2} by processor time (receiver included)",
            best[0] / best[1],
            each[1] / each[0]
        );
        let [median, p99] = latency(&ecosystem, receiver).await;
        println!("commit to arrival {:>9.2} ms median, {:.2} ms at the 99th percentile", median * 1e3, p99 * 1e3);
    });
}

/// Appends contracts that were created, each another one, as many in one transaction as there are at a busy time.
async fn append(ecosystem: &TestEcosystem, first: usize, number: usize) {
    let numbers: Vec<usize> = (first..first + number).collect();
    for some in numbers.chunks(500) {
        let store = ecosystem.ecosystem.store();
        let written = store.run_tx::<_, StoreError, _>("bench", |tx| {
            Box::pin(async move {
                for number in some {
                    outbox::append(tx, &created(ecosystem, *number)).await?;
                }
                Ok(())
            })
        });
        written.await.unwrap();
    }
}

fn created(ecosystem: &TestEcosystem, number: usize) -> OutboxEvent {
    let certificate = "MIIB".repeat(250);
    let payload = format!(
        r#"{{"emaid":"DEDDD{number:09}","pcid":"WAA00000000000001","iso15118":"2","contractCert":"{certificate}"}}"#
    );
    OutboxEvent {
        id: ecosystem.ecosystem.new_id(),
        kind: "contract.created".to_owned(),
        payload,
        trace_id: ecosystem.ecosystem.new_id(),
        created_at: ecosystem.ecosystem.now(),
        attempts: 0,
    }
}

/// What is done, and the processor time of this process meanwhile.
async fn measured(rate: impl Future<Output = f64>) -> (f64, Duration) {
    let before = processor_time(std::process::id());
    let rate = rate.await;
    (rate, processor_time(std::process::id()) - before)
}

/// Deliveries a second until every event has arrived and is written down.
async fn delivered(ecosystem: &TestEcosystem, receiver: &Receiver) -> f64 {
    let before = receiver.came.load(Ordering::Relaxed);
    let mut worker = Worker::new(&ecosystem.ecosystem).unwrap();
    let begun = Instant::now();
    worker.settle().await.unwrap();
    let took = begun.elapsed();
    assert_eq!(receiver.came.load(Ordering::Relaxed) - before, EVENTS);
    rate(EVENTS, took)
}

/// Requests a second of a client that does nothing else: so many loops, each with a connection.
async fn bare(receiver: &Receiver, loops: usize) -> f64 {
    let http = reqwest::Client::builder().tls_certs_only([]).pool_max_idle_per_host(loops).build().unwrap();
    let body = "x".repeat(1300);
    let begun = Instant::now();
    let tasks: Vec<_> = (0..loops)
        .map(|_| {
            let (http, url, body) = (http.clone(), receiver.url.clone(), body.clone());
            tokio::spawn(async move {
                for _ in 0..EVENTS / loops {
                    let answer = http.post(&url).header("content-type", "application/json").body(body.clone()).send();
                    assert_eq!(answer.await.unwrap().bytes().await.unwrap().len(), 0);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    rate(EVENTS, begun.elapsed())
}

/// Seconds from the commit of an event to its arrival, one at a time: median and 99th percentile.
async fn latency(ecosystem: &TestEcosystem, mut receiver: Receiver) -> [f64; 2] {
    while receiver.arrivals.try_recv().is_ok() {}
    let worker = Worker::new(&ecosystem.ecosystem).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(async { drop(stopped.await) }));
    let mut times = Vec::new();
    for number in 0..SINGLE {
        append(ecosystem, ROUNDS * EVENTS + number, 1).await;
        let committed = Instant::now();
        let arrived = receiver.arrivals.recv().await.unwrap();
        times.push(arrived.saturating_duration_since(committed).as_secs_f64());
    }
    drop(stop);
    running.await.unwrap();
    times.sort_by(f64::total_cmp);
    [times[SINGLE / 2], times[SINGLE * 99 / 100]]
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn rate(number: usize, took: Duration) -> f64 {
    number as f64 / took.as_secs_f64()
}

/// A receiver that answers 200 and counts, as cheaply as one can be.
struct Receiver {
    url: String,
    came: Arc<AtomicUsize>,
    arrivals: mpsc::UnboundedReceiver<Instant>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let came = Arc::new(AtomicUsize::new(0));
        let (tell, arrivals) = mpsc::unbounded_channel();
        let counts = Arc::clone(&came);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                tokio::spawn(answer(stream, Arc::clone(&counts), tell.clone()));
            }
        });
        Self { url, came, arrivals }
    }
}

async fn answer(mut stream: TcpStream, came: Arc<AtomicUsize>, tell: mpsc::UnboundedSender<Instant>) {
    let mut read = Vec::with_capacity(8192);
    loop {
        if let Some(whole) = whole(&read) {
            read.drain(..whole);
            came.fetch_add(1, Ordering::Relaxed);
            let _ = tell.send(Instant::now());
            if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.is_err() {
                return;
            }
        } else if !matches!(stream.read_buf(&mut read).await, Ok(1..)) {
            return;
        }
    }
}

/// The length of the request at the start, when all of it is there.
fn whole(read: &[u8]) -> Option<usize> {
    let end = read.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&read[..end]).ok()?.to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1)?.split("\r\n").next()?.parse::<usize>().ok()?;
    (read.len() >= end + length).then_some(end + length)
}
