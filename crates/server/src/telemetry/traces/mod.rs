//! OpenTelemetry: a trace of each request, sent to the operator's collector by OTLP over HTTP.
//!
//! A finished span goes into a bounded queue and is dropped when that is full; a thread of its own sends batches. So
//! nothing that the collector does, or does not do, reaches a caller. Spans have names of operations, routes,
//! transactions and peers that were asked, and the id of the party; never paths, queries or identifiers of cars and
//! contracts.

mod delivery;
mod ids;

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, Method};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider};
use opnc_store::Work;
use uuid::Uuid;

use crate::ServerError;
use delivery::Delivery;
use ids::Ids;

/// Where collectors take traces, below the configured address (OTLP 1.0, "OTLP/HTTP Request").
const PATH: &str = "/v1/traces";
/// Spans that wait; later ones are dropped until there is room.
const MOST_WAITING: usize = 8192;
/// Spans of one message to the collector.
const BATCH: usize = 512;
/// How long a span waits for others before it is sent.
const PERIOD: Duration = Duration::from_secs(2);
/// How long the end of the server waits for the last spans to be taken.
const LAST: Duration = Duration::from_secs(3);

/// The traces of one server.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Traces {
    /// Sends traces to the collector at this address, for example `http://127.0.0.1:4318`. To be called within the
    /// runtime that serves.
    pub(crate) fn new(endpoint: &str) -> Result<Self, ServerError> {
        let failed = |error: &dyn std::fmt::Display| ServerError::Traces(error.to_string());
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Delivery::new().map_err(|error| failed(&error))?)
            .with_endpoint(format!("{}{PATH}", endpoint.trim_end_matches('/')))
            .with_timeout(delivery::TIMEOUT)
            .build()
            .map_err(|error| failed(&error))?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MOST_WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(PERIOD)
            .build();
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(batches).build())
            // What is kept is the collector's decision, not that of a caller's flag.
            .with_sampler(Sampler::AlwaysOn)
            .with_id_generator(Ids::default())
            .with_resource(Resource::builder().with_service_name("opnc").with_attribute(version).build())
            .build();
        Ok(Self { tracer: provider.tracer("opnc"), provider })
    }

    /// Begins the span of a request: below the caller's span where it names one (W3C Trace Context), else the first one of a
    /// trace whose id is our own trace id.
    pub(crate) fn begin(&self, headers: &HeaderMap, method: &Method, route: &str, trace: Uuid) -> Context {
        let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Parent(headers));
        let attributes = [
            KeyValue::new("http.request.method", method_name(method)),
            KeyValue::new("http.route", route.to_owned()),
            KeyValue::new("opnc.trace_id", trace.to_string()),
        ];
        let builder = self
            .tracer
            .span_builder(format!("{} {route}", method_name(method)))
            .with_kind(SpanKind::Server)
            .with_attributes(attributes);
        parent.with_span(ids::with_trace_id(trace, || self.tracer.build_with_context(builder, &parent)))
    }

    /// Ends the span of a request.
    pub(crate) fn end(request: &Context, operation: Option<&'static str>, party: Option<Uuid>, status: u16) {
        let span = request.span();
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
        if let Some(operation) = operation {
            span.set_attribute(KeyValue::new("opnc.operation", operation));
        }
        if let Some(party) = party {
            span.set_attribute(KeyValue::new("opnc.party", party.to_string()));
        }
        if status >= 500 {
            span.set_status(Status::error(""));
        }
        span.end();
    }

    /// Takes down work that has just ended: a span below that of the request in which it was done. Work of no request, such
    /// as that of jobs, has none.
    pub(crate) fn listener(&self) -> impl Fn(Work<'_>) + Send + Sync + 'static {
        let tracer = self.tracer.clone();
        move |work| {
            let parent = Context::current();
            if !parent.span().span_context().is_valid() {
                return;
            }
            let now = now();
            let began = now.checked_sub(work.took).unwrap_or(now);
            let mut attributes = vec![KeyValue::new("opnc.kind", work.kind)];
            attributes.extend(work.peer.map(|peer| KeyValue::new("opnc.peer", peer.to_owned())));
            let builder = tracer.span_builder(work.name).with_start_time(began).with_attributes(attributes);
            tracer.build_with_context(builder, &parent).end_with_timestamp(now);
        }
    }

    /// Sends what is left, and waits for it a little while.
    pub(crate) async fn finish(&self) {
        let provider = self.provider.clone();
        let finished = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(LAST)).await;
        if !matches!(finished, Ok(Ok(()))) {
            tracing::warn!("the last traces were not taken by the collector");
        }
    }
}

/// The span that a caller works in. Its `tracestate` is not taken over: it is of any content.
struct Parent<'a>(&'a HeaderMap);

impl Extractor for Parent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let mut values = self.0.get_all("traceparent").into_iter();
        match (key, values.next(), values.next()) {
            ("traceparent", Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

/// A method that anybody made up is none that should be in the name of a span.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

#[expect(clippy::disallowed_methods, reason = "spans stand beside those of other programs, by the machine's clock")]
fn now() -> SystemTime {
    SystemTime::now()
}
