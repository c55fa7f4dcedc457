//! `[federation]`: how the pools of other ecosystems are asked.

use jiff::SignedDuration;
use opnc_client::outbound;
use opnc_services::federation::{FederationPolicy, Incomplete};
use serde::{Deserialize, Serialize};

use super::{Period, Section, limits};

/// How peers are asked. Who they are is in the database: `opnc peer`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Federation {
    /// The most time for all peers of one question.
    pub deadline: Period,
    /// The status when nobody has it, and a peer that may have it failed: 502 or 404.
    pub incomplete: u16,
    /// For how long a peer's good answer serves others who ask the same.
    pub remember_found: Period,
    /// For how long it is remembered that nobody has something; 5 seconds at most.
    pub remember_missing: Period,
    /// After how many failures in a row a peer is left alone.
    pub failures: u32,
    /// For how long it is.
    pub pause: Period,
    /// How many unknown PCIDs and EMAIDs a peer may ask for within a minute; 0: any number.
    pub misses_per_minute: u32,
}

impl Default for Federation {
    fn default() -> Self {
        Self {
            deadline: Period::seconds(4),
            incomplete: 502,
            remember_found: Period::seconds(30),
            remember_missing: Period::seconds(5),
            failures: 5,
            pause: Period::seconds(30),
            misses_per_minute: 600,
        }
    }
}

impl Section for Federation {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if !matches!(self.incomplete, 404 | 502) {
            problems.push(("incomplete", format!("{} is neither 502 nor 404", self.incomplete)));
        }
        if self.remember_missing > Period::seconds(5) {
            let problem = "must be 5s at most: a car that was just published must not stay unknown";
            problems.push(("remember_missing", problem.to_owned()));
        }
        if !(Period::seconds(1)..=Period::seconds(30)).contains(&self.deadline) {
            problems.push(("deadline", "must be between 1s and 30s".to_owned()));
        }
        if self.failures == 0 {
            problems.push(("failures", "must be at least 1".to_owned()));
        }
        problems
    }
}

impl Federation {
    /// As the services know it.
    pub(super) fn policy(&self, outbound: outbound::Policy) -> FederationPolicy {
        let signed = |period: Period| SignedDuration::try_from(period.get()).unwrap_or(SignedDuration::MAX);
        FederationPolicy {
            deadline: self.deadline.get(),
            incomplete: if self.incomplete == 404 { Incomplete::NotFound } else { Incomplete::BadGateway },
            remember_found: signed(self.remember_found),
            remember_missing: signed(self.remember_missing),
            most_failures: self.failures,
            pause: signed(self.pause),
            misses_per_minute: limits::some(self.misses_per_minute),
            outbound,
        }
    }
}
