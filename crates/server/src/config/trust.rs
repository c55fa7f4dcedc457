//! `[trust]`: which trust lists count for what, and how long what is signed about trust is good.

use jiff::SignedDuration;
use opnc_pki::chain::Purpose;
use opnc_services::trust::{PEER, TrustPolicy};
use serde::{Deserialize, Serialize};

use super::{Period, Section};

/// Trust lists by purpose. Where none is named, every root of the pool counts; those of a peer only where it is named, as
/// `peer:NAME`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Trust {
    /// For contract certificates.
    pub contract: Vec<String>,
    /// For provisioning certificates of cars.
    pub provisioning: Vec<String>,
    /// For signers of contract data.
    pub cps: Vec<String>,
    /// For charging stations.
    pub secc: Vec<String>,
    /// For cars as TLS clients.
    pub vehicle: Vec<String>,
    /// How long a signed bundle or trust list is good.
    pub lifetime: Period,
}

impl Default for Trust {
    fn default() -> Self {
        let none = Vec::new;
        let lifetime = Period::days(14);
        Self { contract: none(), provisioning: none(), cps: none(), secc: none(), vehicle: none(), lifetime }
    }
}

impl Trust {
    fn lists(&self) -> [(Purpose, &'static str, &[String]); 5] {
        [
            (Purpose::Contract, "contract", &self.contract),
            (Purpose::Provisioning, "provisioning", &self.provisioning),
            (Purpose::Cps, "cps", &self.cps),
            (Purpose::Secc, "secc", &self.secc),
            (Purpose::Vehicle, "vehicle", &self.vehicle),
        ]
    }

    /// As the services know it.
    pub(super) fn policy(&self) -> TrustPolicy {
        let lifetime = SignedDuration::try_from(self.lifetime.get()).unwrap_or(SignedDuration::MAX);
        self.lists()
            .into_iter()
            .fold(TrustPolicy::new(lifetime), |policy, (purpose, _, lists)| policy.with(purpose, lists))
    }
}

impl Section for Trust {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        for (_, key, lists) in self.lists() {
            if lists.iter().any(|name| name.trim().is_empty()) {
                problems.push((key, "a trust list has a name".to_owned()));
            }
            if lists.iter().any(|name| name.strip_prefix(PEER).is_some_and(|peer| peer.trim().is_empty())) {
                problems.push((key, format!("{PEER} is followed by the name of a peer")));
            }
        }
        if !(Period::seconds(3600)..=Period::days(365)).contains(&self.lifetime) {
            problems.push(("lifetime", "it is at least an hour and at most 365 days".to_owned()));
        }
        problems
    }
}
