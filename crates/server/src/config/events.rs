//! `[events]`: how events are delivered to the endpoints of the parties.

use jiff::SignedDuration;
use opnc_client::outbound;
use opnc_services::events::DeliveryPolicy;
use opnc_services::events::schedule::Schedule;
use serde::{Deserialize, Serialize};

use super::{Period, Section};

/// How events are delivered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// Whether this process delivers.
    pub deliver: bool,
    /// Attempts after the first; then the event counts as rejected.
    pub retries: u32,
    /// The time between two of them.
    pub retry_interval: Period,
    /// What that time is multiplied by after each.
    pub retry_backoff: f64,
    /// What chance adds to it at most, as a part of it.
    pub retry_jitter: f64,
    /// How long a receiver may take to answer.
    pub timeout: Period,
    /// Deliveries that are under way at the same time.
    pub concurrency: usize,
    /// Those of them that go to one endpoint.
    pub concurrency_per_endpoint: usize,
    /// After which time of nothing but failures an endpoint is parked.
    pub park_after: Period,
    /// How often one delivery to a parked endpoint is tried.
    pub probe_interval: Period,
    /// Whether receivers may be addressed by `http`.
    pub allow_http: bool,
}

impl Default for Events {
    fn default() -> Self {
        let policy = DeliveryPolicy::default();
        Self {
            deliver: true,
            retries: policy.schedule.retries,
            retry_interval: period(policy.schedule.interval),
            retry_backoff: policy.schedule.backoff,
            retry_jitter: policy.schedule.jitter,
            timeout: Period::seconds(policy.timeout.as_secs()),
            concurrency: policy.concurrency,
            concurrency_per_endpoint: policy.per_endpoint,
            park_after: period(policy.park_after),
            probe_interval: period(policy.probe_every),
            allow_http: policy.allow_http,
        }
    }
}

impl Events {
    /// As the services know it; receivers may be where other requests of our own may go.
    pub(super) fn policy(&self, outbound: outbound::Policy) -> DeliveryPolicy {
        DeliveryPolicy {
            schedule: Schedule {
                retries: self.retries,
                interval: signed(self.retry_interval),
                backoff: self.retry_backoff,
                jitter: self.retry_jitter,
            },
            timeout: self.timeout.get(),
            concurrency: self.concurrency,
            per_endpoint: self.concurrency_per_endpoint,
            park_after: signed(self.park_after),
            probe_every: signed(self.probe_interval),
            allow_http: self.allow_http,
            allow: outbound.allow,
        }
    }
}

impl Section for Events {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut check = |key, is_right: bool, problem: &str| {
            if !is_right {
                problems.push((key, problem.to_owned()));
            }
        };
        check("retries", self.retries <= 1000, "it is at most 1000");
        check("retry_interval", self.retry_interval >= Period::seconds(1), "it is at least 1s");
        check("retry_backoff", (1.0..=10.0).contains(&self.retry_backoff), "it is a number from 1 to 10");
        check("retry_jitter", (0.0..=1.0).contains(&self.retry_jitter), "it is a number from 0 to 1");
        let timeout = Period::seconds(1)..=Period::seconds(60);
        check("timeout", timeout.contains(&self.timeout), "it is from 1s to 60s");
        let concurrency = 1..=10_000;
        check("concurrency", concurrency.contains(&self.concurrency), "it is a number from 1 to 10000");
        check(
            "concurrency_per_endpoint",
            (1..=self.concurrency.max(1)).contains(&self.concurrency_per_endpoint),
            "it is a number from 1 to events.concurrency",
        );
        check("probe_interval", self.probe_interval >= Period::seconds(1), "it is at least 1s");
        problems
    }
}

fn period(duration: SignedDuration) -> Period {
    Period::seconds(duration.as_secs().unsigned_abs())
}

fn signed(period: Period) -> SignedDuration {
    SignedDuration::try_from(period.get()).unwrap_or(SignedDuration::MAX)
}
