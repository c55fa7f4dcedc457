//! OCSP answers that are in memory, given before the routes: what all requests pass there costs more than such an answer.
//!
//! Nobody is told of one but the figures: it has neither trace id nor a line in the log, as those have none that a cache on
//! the way gives. Everything else, each error too, is for the routes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use axum::response::Response;
use hyper::body::Incoming;
use opnc_pki::ocsp::MAX_REQUEST;
use opnc_services::status as service;

use super::status::{got, in_path, posted};
use crate::state::App;
use crate::telemetry::Answered;

/// Gives the answers that are in memory. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeptStatus {
    app: App,
    /// How long a body may take.
    patience: Duration,
    by_get: Arc<Answered>,
    by_post: Arc<Answered>,
}

impl KeptStatus {
    pub(crate) fn new(app: &App, patience: Duration) -> Self {
        let answered = |route| Arc::new(app.metrics().answered_ok(route));
        Self { app: app.clone(), patience, by_get: answered("/ocsp/{*request}"), by_post: answered("/ocsp") }
    }

    /// The answer to a request in a path.
    #[expect(clippy::disallowed_methods, reason = "measures how long work takes")]
    pub(crate) fn get(&self, request: &Request<Incoming>) -> Option<Response> {
        let (began, ecosystem) = (Instant::now(), self.app.ecosystem());
        if request.method() != Method::GET {
            return None;
        }
        let answer = service::kept(ecosystem, &in_path(request.uri().path())?)?;
        let response = got(request.headers(), &answer, ecosystem.now());
        // One that it has already is another figure.
        response.status().is_success().then(|| {
            self.app.metrics().count(&self.by_get, began.elapsed());
            response
        })
    }

    /// Whether [`post`](Self::post) is to be asked.
    pub(crate) fn is_post(request: &Request<Incoming>) -> bool {
        request.method() == Method::POST && request.uri().path() == "/ocsp"
    }

    /// The answer to a request in a body, or the same request for the routes. What is too long, or too long in coming, cannot
    /// be read, and says so there as OCSP does.
    #[expect(clippy::disallowed_methods, reason = "measures how long work takes")]
    pub(crate) async fn post(&self, request: Request<Incoming>) -> Result<Response, Request<Body>> {
        let began = Instant::now();
        let (parts, body) = request.into_parts();
        let body = tokio::time::timeout(self.patience, to_bytes(Body::new(body), MAX_REQUEST)).await;
        let body = body.ok().and_then(Result::ok).unwrap_or_default();
        match service::kept(self.app.ecosystem(), &body) {
            Some(answer) => {
                let response = posted(&answer);
                self.app.metrics().count(&self.by_post, began.elapsed());
                Ok(response)
            }
            None => Err(Request::from_parts(parts, Body::from(body))),
        }
    }
}
