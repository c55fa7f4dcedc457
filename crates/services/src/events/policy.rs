//! What an operator decides about deliveries.

use std::time::Duration;

use jiff::SignedDuration;
use opnc_client::outbound;

use super::schedule::Schedule;

/// The most bytes that are read of what a receiver answers: nothing of it is used.
const MOST_BYTES: usize = 16 * 1024;
/// The most time until a connection stands.
const CONNECT: Duration = Duration::from_secs(3);

/// How events are delivered.
#[derive(Debug, Clone)]
pub struct DeliveryPolicy {
    /// When a delivery that failed is tried again.
    pub schedule: Schedule,
    /// How long a receiver may take to answer.
    pub timeout: Duration,
    /// Deliveries that are under way at once from this process: an eighth of them at most for one party, half of them for
    /// endpoints that are slow or fail.
    pub concurrency: usize,
    /// Of them, those to one endpoint. To one that fails it is one at a time.
    pub per_endpoint: usize,
    /// An endpoint at which everything fails for so long is parked: what is for it waits, and is not tried.
    pub park_after: SignedDuration,
    /// How often one delivery to a parked endpoint is tried all the same; the first success ends it.
    pub probe_every: SignedDuration,
    /// Whether receivers may be addressed by `http`.
    pub allow_http: bool,
    /// Ranges of addresses that receivers may be in besides the public internet.
    pub allow: Vec<outbound::Network>,
}

impl Default for DeliveryPolicy {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            timeout: Duration::from_secs(10),
            concurrency: 512,
            per_endpoint: 16,
            park_after: SignedDuration::from_hours(24),
            probe_every: SignedDuration::from_hours(6),
            allow_http: false,
            allow: Vec::new(),
        }
    }
}

impl DeliveryPolicy {
    /// Where requests to receivers may go, and within which bounds.
    pub(super) fn outbound(&self) -> outbound::Policy {
        outbound::Policy {
            allow: self.allow.clone(),
            connect_timeout: self.timeout.min(CONNECT),
            timeout: self.timeout,
            most_bytes: MOST_BYTES,
            allow_http: self.allow_http,
            most_idle: self.per_endpoint,
        }
    }

    /// For how long a worker holds what it has taken: long enough for one attempt to begin late and to end.
    pub(super) fn lease(&self) -> Duration {
        self.timeout.saturating_mul(2).saturating_add(Duration::from_secs(5))
    }
}
