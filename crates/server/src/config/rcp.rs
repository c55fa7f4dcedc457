//! `[rcp]`: the root certificate pool.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Period, Section};

/// How roots come into the pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rcp {
    /// Whether adding a root needs its fingerprint, confirmed over a second channel (B17).
    pub require_fingerprint: bool,
    /// How many admins it takes to add, change or delete a root: 1 or 2.
    pub approvals: u8,
    /// For how long a change waits for the second admin.
    pub approval_lifetime: Period,
}

impl Default for Rcp {
    fn default() -> Self {
        Self { require_fingerprint: true, approvals: 1, approval_lifetime: Period::days(7) }
    }
}

impl Rcp {
    pub(super) fn approval_lifetime(&self) -> SignedDuration {
        SignedDuration::try_from(self.approval_lifetime.get()).unwrap_or(SignedDuration::MAX)
    }
}

impl Section for Rcp {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if !(1..=2).contains(&self.approvals) {
            problems.push(("approvals", format!("{} is neither 1 nor 2", self.approvals)));
        }
        if !(Period::seconds(60)..=Period::days(365)).contains(&self.approval_lifetime) {
            problems.push(("approval_lifetime", "it is at least a minute and at most 365 days".to_owned()));
        }
        problems
    }
}
