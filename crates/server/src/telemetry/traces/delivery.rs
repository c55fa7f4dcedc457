//! How batches of spans reach the collector.
//!
//! The thread that sends them has no runtime, so each request runs on the runtime of the server. When the collector cannot
//! be reached, the log says so once, and once when it can again.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use opnc_client::outbound::{Outbound, OutboundError, Policy};
use tokio::runtime::Handle;

/// How long the collector may take for a batch.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
/// OTLP in protobuf.
const CONTENT_TYPE: &str = "application/x-protobuf";

/// Sends batches.
#[derive(Clone)]
pub(super) struct Delivery {
    runtime: Handle,
    outbound: Outbound,
    failing: Arc<AtomicBool>,
}

impl Delivery {
    pub(super) fn new() -> Result<Self, OutboundError> {
        // The operator has named this address, so it may be anywhere.
        let outbound = Outbound::new(Policy { timeout: TIMEOUT, ..Policy::anywhere() })?;
        Ok(Self { runtime: Handle::current(), outbound, failing: Arc::default() })
    }

    async fn send(self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let url = request.uri().to_string();
        let answer = self.outbound.post(&url, CONTENT_TYPE, request.into_body().into()).await;
        let problem = match &answer {
            Ok(answer) if (200..300).contains(&answer.status) => None,
            Ok(answer) => Some(format!("the collector answered with status {}", answer.status)),
            Err(error) => Some(error.to_string()),
        };
        self.tell(problem.as_deref());
        let answer = answer?;
        Ok(Response::builder().status(answer.status).body(answer.body.into())?)
    }

    fn tell(&self, problem: Option<&str>) {
        let failed_before = self.failing.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(problem) if !failed_before => tracing::warn!(problem, "traces are lost"),
            None if failed_before => tracing::info!("traces are taken again"),
            _ => {}
        }
    }
}

impl HttpClient for Delivery {
    fn send_bytes<'a, 'f>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        'a: 'f,
        Self: 'f,
    {
        let sent = self.runtime.spawn(self.clone().send(request));
        Box::pin(async { sent.await? })
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").finish_non_exhaustive()
    }
}
