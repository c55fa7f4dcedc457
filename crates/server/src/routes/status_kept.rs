//! OCSP answers that are in memory, given before the routes: what all requests pass there costs more than such an answer.
//!
//! Nobody is told of one but the figures: it has neither trace id nor a line in the log, as those have none that a cache on
//! the way gives. Everything else, each error too, is for the routes.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::{Method, Request};
use axum::response::Response;
use http_body_util::{BodyExt, Collected, Limited};
use hyper::body::Incoming;
use opnc_pki::ocsp::MAX_REQUEST;
use opnc_services::status as service;

use super::status::{got, in_path, posted};
use crate::limits::WorkLimits;
use crate::state::App;
use crate::telemetry::Answered;

/// Gives the answers that are in memory. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeptStatus {
    app: App,
    limits: WorkLimits,
    by_get: Arc<Answered>,
    by_post: Arc<Answered>,
}

impl KeptStatus {
    pub(crate) fn new(app: &App, limits: WorkLimits) -> Self {
        let answered = |route| Arc::new(app.metrics().answered_ok(route));
        Self { app: app.clone(), limits, by_get: answered("/ocsp/{*request}"), by_post: answered("/ocsp") }
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

    /// The answer to a request in a body, or the same request for the routes, which refuse what found no place or took too
    /// long, and say of what is too long, as OCSP does, that it cannot be read.
    #[expect(clippy::disallowed_methods, reason = "measures how long work takes")]
    pub(crate) async fn post(&self, request: Request<Incoming>) -> Result<Response, Request<Body>> {
        let began = Instant::now();
        let Ok(in_work) = self.limits.begin() else { return Err(request.map(Body::new)) };
        let (mut parts, mut body) = request.into_parts();
        let rest = match in_work.within(Limited::new(&mut body, MAX_REQUEST).collect()).await {
            Ok(read) => {
                let read = read.map(Collected::to_bytes).unwrap_or_default();
                if let Some(answer) = service::kept(self.app.ecosystem(), &read) {
                    let response = posted(&answer);
                    self.app.metrics().count(&self.by_post, began.elapsed());
                    return Ok(response);
                }
                Body::from(read)
            }
            Err(_) => Body::new(body),
        };
        parts.extensions.insert(Arc::new(in_work));
        Err(Request::from_parts(parts, rest))
    }
}
