//! Prometheus: what is counted and measured, and how it is shown on the admin listener.
//!
//! The recorder belongs to the server and not to the process, so that several ecosystems in one process have their own
//! figures. Labels are names of operations, routes, transactions and profiles: no identifier ever.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use opnc_services::figures::{self, Figures};

use crate::error::{Refusal, ServerError};
use crate::state::App;

static METADATA: Metadata<'static> = Metadata::new("opnc", Level::INFO, None);
/// Upper bounds of the histograms, in seconds.
const BUCKETS: [f64; 14] =
    [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Figures that cost a walk through an index are read again after this time.
const FRESH: SignedDuration = SignedDuration::from_secs(15);
/// Requests after which samples are put into their buckets, should nobody ask for the figures.
const SAMPLES: u32 = 1024;

/// The figures of one server.
pub(crate) struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
    read: Mutex<Option<(Timestamp, Arc<Figures>)>>,
    samples: AtomicU32,
}

/// Where answers of one operation with one status are counted: looked up once, for those that are given fast.
pub(crate) struct Answered {
    number: Counter,
    took: Histogram,
}

impl Metrics {
    /// A recorder of its own.
    pub(crate) fn new() -> Result<Self, ServerError> {
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS);
        let recorder = builder.map_err(|error| ServerError::Metrics(error.to_string()))?.build_recorder();
        let handle = recorder.handle();
        describe(&recorder);
        let version = vec![Label::new("version", env!("CARGO_PKG_VERSION"))];
        recorder.register_gauge(&Key::from_parts("opnc_build_info", version), &METADATA).set(1.0);
        Ok(Self { recorder: Arc::new(recorder), handle, read: Mutex::default(), samples: AtomicU32::new(0) })
    }

    /// For the parts further in, which measure themselves.
    pub(crate) fn recorder(&self) -> Arc<dyn Recorder + Send + Sync> {
        Arc::<PrometheusRecorder>::clone(&self.recorder)
    }

    /// A request was answered. `operation` is its name in OPNC, or the template of its route.
    pub(crate) fn answered(&self, operation: &str, status: u16, took: Duration) {
        self.count(&self.place(operation, status), took);
    }

    /// Where answers of this operation that have what was asked for are counted.
    pub(crate) fn answered_ok(&self, operation: &str) -> Answered {
        self.place(operation, 200)
    }

    fn place(&self, operation: &str, status: u16) -> Answered {
        let operation = Label::new("operation", operation.to_owned());
        let labels = vec![operation.clone(), Label::new("status", status.to_string())];
        let number = self.recorder.register_counter(&Key::from_parts("opnc_requests_total", labels), &METADATA);
        let key = Key::from_parts("opnc_request_duration_seconds", vec![operation]);
        Answered { number, took: self.recorder.register_histogram(&key, &METADATA) }
    }

    /// Counts an answer in its place.
    pub(crate) fn count(&self, place: &Answered, took: Duration) {
        place.number.increment(1);
        place.took.record(took.as_secs_f64());
        if self.samples.fetch_add(1, Ordering::Relaxed) % SAMPLES == SAMPLES - 1 {
            self.handle.run_upkeep();
        }
    }

    fn gauge(&self, name: &'static str, labels: Vec<Label>, value: f64) {
        self.recorder.register_gauge(&Key::from_parts(name, labels), &METADATA).set(value);
    }

    async fn figures(&self, app: &App) -> Result<Arc<Figures>, Refusal> {
        let now = app.ecosystem().now();
        if let Some((at, figures)) = &*self.read.lock().unwrap_or_else(PoisonError::into_inner)
            && now.duration_since(*at).abs() < FRESH
        {
            return Ok(Arc::clone(figures));
        }
        let figures = Arc::new(figures::read(app.ecosystem()).await?);
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&figures)));
        Ok(figures)
    }
}

fn describe(recorder: &PrometheusRecorder) {
    let counters = [
        ("opnc_requests_total", "Answered requests by operation and status."),
        ("opnc_event_deliveries_total", "Attempts to deliver an event, by what came of them."),
        ("opnc_store_transactions_total", "Transactions by name and how they ended."),
        ("opnc_peer_calls_total", "Questions to peers by how they ended."),
    ];
    for (name, text) in counters {
        recorder.describe_counter(name.into(), None, text.into());
    }
    let histograms = [
        ("opnc_request_duration_seconds", "From the first byte of a request to its answer."),
        ("opnc_store_transaction_duration_seconds", "Transactions by name, waiting and repeating included."),
        ("opnc_crypto_duration_seconds", "Cryptographic work by kind."),
        ("opnc_peer_call_duration_seconds", "From a question to a peer to its checked answer, by operation."),
    ];
    for (name, text) in histograms {
        recorder.describe_histogram(name.into(), None, text.into());
    }
    let gauges = [
        ("opnc_build_info", "Always 1; the version is a label."),
        ("opnc_database_connections", "Open connections by pool and whether they are in use."),
        ("opnc_deliveries_waiting", "Deliveries to endpoints that wait, for the first attempt or for another."),
        ("opnc_deliveries_retrying", "Those of them that have failed."),
        ("opnc_deliveries_lag_seconds", "For how long the oldest of them waits."),
        ("opnc_event_endpoints_parked", "Endpoints at which everything failed for too long: what is for them waits."),
        ("opnc_outbox_waiting", "Events that are not addressed to endpoints yet."),
        ("opnc_outbox_lag_seconds", "For how long the oldest of them does."),
        ("opnc_certificates_ending", "Valid certificates that end within so many days, by profile."),
        ("opnc_authority_remaining_seconds", "For how long the certificates of our own authorities are valid."),
        ("opnc_audit_head", "The number of the last row of the audit log."),
        ("opnc_audit_anchor", "The number of the last row that retention has removed from the audit log."),
    ];
    for (name, text) in gauges {
        recorder.describe_gauge(name.into(), None, text.into());
    }
}

/// GET /metrics, in the text format of Prometheus.
pub(crate) async fn show(State(app): State<App>) -> Result<Response, Refusal> {
    let metrics = app.metrics();
    let figures = metrics.figures(&app).await?;
    for pool in app.ecosystem().store().pools() {
        let labels = |state: &'static str| vec![Label::new("pool", pool.name), Label::new("state", state)];
        metrics.gauge("opnc_database_connections", labels("used"), f64::from(pool.used));
        metrics.gauge("opnc_database_connections", labels("idle"), f64::from(pool.idle));
    }
    metrics.gauge("opnc_outbox_waiting", Vec::new(), number(figures.outbox_waiting));
    metrics.gauge("opnc_outbox_lag_seconds", Vec::new(), figures.outbox_lag.as_secs_f64());
    metrics.gauge("opnc_deliveries_waiting", Vec::new(), number(figures.deliveries.waiting));
    metrics.gauge("opnc_deliveries_retrying", Vec::new(), number(figures.deliveries.retrying));
    metrics.gauge("opnc_deliveries_lag_seconds", Vec::new(), figures.deliveries_lag.as_secs_f64());
    metrics.gauge("opnc_event_endpoints_parked", Vec::new(), number(figures.deliveries.parked));
    for (profile, days, count) in &figures.ending {
        let labels = vec![Label::new("profile", profile.clone()), Label::new("days", days.to_string())];
        metrics.gauge("opnc_certificates_ending", labels, number(*count));
    }
    for (kind, left) in &figures.authorities {
        let labels = vec![Label::new("authority", *kind)];
        metrics.gauge("opnc_authority_remaining_seconds", labels, left.as_secs_f64());
    }
    metrics.gauge("opnc_audit_head", Vec::new(), number(figures.audit_head));
    metrics.gauge("opnc_audit_anchor", Vec::new(), number(figures.audit_anchor));
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.handle.render()).into_response())
}

/// Prometheus knows floating point alone; counts beyond 2^53 do not occur.
#[expect(clippy::cast_precision_loss, reason = "as said")]
fn number(count: u64) -> f64 {
    count as f64
}
