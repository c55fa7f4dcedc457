//! `[federation]`: how the pools of other ecosystems are asked.

use jiff::SignedDuration;
use opnc_client::outbound;
use opnc_services::federation::{FederationPolicy, Incomplete};
use opnc_services::peers::PeersPolicy;
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
    /// How often the roots and introductions of peers are read; 0: only by `opnc peer sync`.
    pub sync_every: Period,
    /// For how long roots of a peer count that cannot be read again.
    pub roots_kept: Period,
    /// What this ecosystem calls itself in its description for others; the host of its base URL when empty.
    pub name: String,
    /// Whether peers may tell their own peers of this ecosystem.
    pub may_be_told: bool,
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
            sync_every: Period::seconds(3600),
            roots_kept: Period::days(7),
            name: String::new(),
            may_be_told: false,
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
        if self.sync_every != Period::seconds(0) && self.sync_every < Period::seconds(60) {
            problems.push(("sync_every", "must be 0s or at least 1m".to_owned()));
        }
        if self.roots_kept < self.sync_every || self.roots_kept < Period::seconds(3600) {
            problems.push(("roots_kept", "must be at least 1h, and not less than federation.sync_every".to_owned()));
        }
        if self.name.chars().count() > 100 || self.name.chars().any(char::is_control) {
            problems.push(("name", "must have at most 100 characters, none of them a control character".to_owned()));
        }
        if self.failures == 0 {
            problems.push(("failures", "must be at least 1".to_owned()));
        }
        problems
    }
}

impl Federation {
    /// What concerns peers themselves, as the services know it.
    pub(super) fn peers(&self, base_url: Option<&str>) -> PeersPolicy {
        let signed = |period: Period| SignedDuration::try_from(period.get()).unwrap_or(SignedDuration::MAX);
        PeersPolicy {
            sync_every: Some(signed(self.sync_every)).filter(|period| !period.is_zero()),
            roots_kept: signed(self.roots_kept),
            own_name: Some(self.name.trim().to_owned()).filter(|name| !name.is_empty()),
            base_url: base_url.map(str::to_owned),
            may_be_told: self.may_be_told,
        }
    }

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
