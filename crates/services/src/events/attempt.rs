//! One attempt at a delivery: the body is made, signed and sent, and the answer is told.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use opnc_client::outbound::{Destination, Outbound, OutboundError};
use opnc_client::webhook::{self, Style};
use opnc_store::deliveries::work::Taken;
use opnc_store::event_endpoints::{Endpoint, SignatureStyle};

use super::facts::Facts;
use super::payload;
use super::schedule::retry_after;
use super::secret::{Secrets, secrets};
use crate::{Ecosystem, ServiceError};

const CONTENT_TYPE: &str = "application/json";
/// The longest text that is kept of an error.
const LONGEST_ERROR: usize = 300;

/// An endpoint with its secrets open and its URL read.
pub(super) struct Target {
    /// The endpoint as it was when its deliveries were taken.
    pub(super) endpoint: Arc<Endpoint>,
    secrets: Secrets,
    destination: std::result::Result<Destination, OutboundError>,
}

/// A delivery that is to be tried.
pub(super) struct Job {
    pub(super) taken: Taken,
    /// What its event is about, where that was read before.
    pub(super) facts: Option<Arc<Facts>>,
    /// Whether the event is known to be for this endpoint alone.
    pub(super) is_alone: bool,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Result {
    /// An answer with this status; how long the receiver asks to wait before the next.
    Answered { status: u16, wait: Option<SignedDuration> },
    /// No answer, and why.
    Failed(String),
    /// The body cannot be made, and why: nothing was sent, which is not the receiver's fault.
    Unmade(String),
    /// Nothing was sent.
    NotSent,
}

impl Target {
    /// Opens the secrets of an endpoint, and sees where it is.
    pub(super) fn open(
        ecosystem: &Ecosystem,
        http: &Outbound,
        endpoint: Arc<Endpoint>,
    ) -> std::result::Result<Arc<Self>, ServiceError> {
        let secrets = secrets(ecosystem, &endpoint, ecosystem.now())?;
        let destination = http.destination(&endpoint.url);
        Ok(Arc::new(Self { endpoint, secrets, destination }))
    }

    /// The headers that sign a body (E3).
    fn sign(&self, body: &[u8]) -> Vec<(&'static str, String)> {
        let previous = self.secrets.previous.as_ref().map(|secret| secret.as_str());
        let style = match self.endpoint.signature_style {
            SignatureStyle::Prefixed => Style::Prefixed,
            SignatureStyle::Bare => Style::Bare,
        };
        webhook::headers(body, &self.secrets.current, previous, style)
    }
}

/// Makes the body, signs these bytes and sends them.
pub(super) async fn attempt(http: &Outbound, target: &Target, job: &Job, now: Timestamp) -> Result {
    let body = match body(target, job, now) {
        Ok(body) => body,
        Err(error) => return Result::Unmade(format!("the body cannot be made: {error}")),
    };
    let headers = target.sign(&body);
    let sent = match &target.destination {
        Ok(destination) => http.notify(destination, &headers, CONTENT_TYPE, body).await,
        Err(error) => Err(error.clone()),
    };
    match sent {
        Ok(answer) => {
            let asks = matches!(answer.status, 429 | 503);
            let wait = answer.header("retry-after").filter(|_| asks).and_then(retry_after);
            Result::Answered { status: answer.status, wait }
        }
        Err(error) => Result::Failed(error.to_string().chars().take(LONGEST_ERROR).collect()),
    }
}

fn body(target: &Target, job: &Job, now: Timestamp) -> std::result::Result<Vec<u8>, ServiceError> {
    let (event, name) = (&job.taken.event, job.taken.delivery.name);
    match &job.facts {
        Some(facts) => payload::write(event, facts, &target.endpoint, name, now),
        None => payload::render(event, &target.endpoint, name, now),
    }
}
