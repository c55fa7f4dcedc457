//! The outermost layer: gives each request a trace id, each error its body, and each answer its line in the log.
//!
//! The line has the route's template, never the path, because paths hold EMAIDs and PCIDs. The only clock that measures
//! how long work took ticks here.

use std::error::Error;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::Context;
use opentelemetry::trace::FutureExt;
use tracing::Instrument;
use uuid::Uuid;

use super::Traces;
use super::correlation::{CORRELATION_ID, Correlation, REQUEST_ID, TRACE_ID, trace_value};
use crate::error::{Refusal, complete};
use crate::extract::{ActingAs, Called, PartyId};
use crate::state::App;

/// The trace id of a request, for whoever works on it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Trace(pub(crate) Uuid);

/// What of a request is still to be told when its answer is there.
struct Asked {
    method: Method,
    route: Option<MatchedPath>,
    trace: Uuid,
    correlation: Correlation,
}

/// Observes one request.
#[expect(clippy::disallowed_methods, reason = "the one place that measures how long work takes")]
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let trace = app.ecosystem().new_id();
    let asked = Asked {
        method: request.method().clone(),
        route: request.extensions().get::<MatchedPath>().cloned(),
        trace,
        correlation: Correlation::of(request.headers(), trace),
    };
    request.extensions_mut().insert(Trace(trace));
    let span = tracing::info_span!("request", trace_id = %trace);
    let traced = asked.begin(&app, request.headers());
    let answering = next.run(request).instrument(span);
    let response = match &traced {
        Some(context) => answering.with_context(context.clone()).await,
        None => answering.await,
    };
    let cause = response.extensions().get::<Refusal>().and_then(Refusal::cause);
    let mut response = complete(response, trace);
    let took = began.elapsed();
    asked.count(&app, &response, took);
    if let Some(context) = traced {
        asked.end(&context, &response);
    }
    asked.tell(&response, u64::try_from(took.as_micros()).unwrap_or(u64::MAX), cause.as_deref());
    asked.label(response.headers_mut());
    response
}

impl Asked {
    fn count(&self, app: &App, response: &Response, took: Duration) {
        app.metrics().answered(operation(response).unwrap_or(self.route()), response.status().as_u16(), took);
    }

    fn begin(&self, app: &App, headers: &HeaderMap) -> Option<Context> {
        Some(app.traces()?.begin(headers, &self.method, self.route(), self.trace))
    }

    fn end(&self, context: &Context, response: &Response) {
        let party = response.extensions().get::<PartyId>().map(|party| party.0);
        Traces::end(context, operation(response), party, response.status().as_u16());
    }

    /// The template of the route, or `none`.
    fn route(&self) -> &str {
        self.route.as_ref().map_or("none", MatchedPath::as_str)
    }

    fn tell(&self, response: &Response, duration_us: u64, cause: Option<&(dyn Error + Send + Sync)>) {
        let method = self.method.as_str();
        let route = self.route();
        let status = response.status().as_u16();
        let party = response.extensions().get::<PartyId>().map(|party| tracing::field::display(party.0));
        let acting_as = response.extensions().get::<ActingAs>().map(|identity| identity.0.as_str());
        let trace_id = tracing::field::display(self.trace);
        let correlation_id = self.correlation.correlation.to_str().unwrap_or_default();
        let request_id = self.correlation.request.to_str().unwrap_or_default();
        match cause {
            Some(cause) => {
                let cause = with_sources(cause);
                tracing::error!(
                    method,
                    route,
                    status,
                    duration_us,
                    party,
                    acting_as,
                    trace_id,
                    correlation_id,
                    request_id,
                    cause,
                    "request failed"
                );
            }
            None => {
                tracing::info!(
                    method,
                    route,
                    status,
                    duration_us,
                    party,
                    acting_as,
                    trace_id,
                    correlation_id,
                    request_id,
                    "request"
                );
            }
        }
    }

    /// Nothing here may be cached, except where an answer says otherwise itself.
    fn label(self, headers: &mut HeaderMap) {
        headers.insert(TRACE_ID, trace_value(self.trace));
        headers.insert(CORRELATION_ID, self.correlation.correlation);
        headers.insert(REQUEST_ID, self.correlation.request);
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
}

/// The name in OPNC of what was asked for.
fn operation(response: &Response) -> Option<&'static str> {
    response.extensions().get::<Called>().map(|called| called.0.info().name)
}

/// An error and what it came from, in one line.
pub(crate) fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
