//! One attempt at a delivery: the body is made, signed and sent, and the answer is told.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use opnc_client::outbound::Outbound;
use opnc_client::webhook::{self, Style};
use opnc_store::deliveries::work::Taken;
use opnc_store::event_endpoints::{Endpoint, SignatureStyle};

use super::payload;
use super::schedule::retry_after;
use super::secret::{Secrets, secrets};
use crate::{Ecosystem, ServiceError};

const CONTENT_TYPE: &str = "application/json";
/// The longest text that is kept of an error.
const LONGEST_ERROR: usize = 300;

/// An endpoint with its secrets open.
pub(super) struct Target {
    /// The endpoint as it was when its deliveries were taken.
    pub(super) endpoint: Arc<Endpoint>,
    secrets: Secrets,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Result {
    /// An answer with this status; how long the receiver asks to wait before the next.
    Answered { status: u16, wait: Option<SignedDuration> },
    /// No answer, and why.
    Failed(String),
    /// Nothing was sent.
    NotSent,
}

impl Target {
    /// Opens the secrets of an endpoint.
    pub(super) fn open(ecosystem: &Ecosystem, endpoint: Arc<Endpoint>) -> std::result::Result<Arc<Self>, ServiceError> {
        let secrets = secrets(ecosystem, &endpoint, ecosystem.now())?;
        Ok(Arc::new(Self { endpoint, secrets }))
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
pub(super) async fn attempt(http: &Outbound, target: &Target, taken: &Taken, now: Timestamp) -> Result {
    let body = match payload::render(&taken.event, &target.endpoint, taken.delivery.name, now) {
        Ok(body) => body,
        Err(error) => return Result::Failed(format!("the body cannot be made: {error}")),
    };
    let headers = target.sign(&body);
    match http.notify(&target.endpoint.url, &headers, CONTENT_TYPE, body).await {
        Ok(answer) => {
            let asks = matches!(answer.status, 429 | 503);
            let wait = answer.header("retry-after").filter(|_| asks).and_then(retry_after);
            Result::Answered { status: answer.status, wait }
        }
        Err(error) => Result::Failed(error.to_string().chars().take(LONGEST_ERROR).collect()),
    }
}
