//! `[retention]`: what is kept for how long.

use jiff::SignedDuration;
use opnc_services::retention::Retention as Kept;
use serde::{Deserialize, Serialize};

use super::{Period, Section};

/// For how long each kind of record is kept; `0d`: for ever.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Contract data, after their contract certificate has ended.
    pub contracts: Period,
    /// Provisioning certificates, after they have ended.
    pub provisioning: Period,
    /// The register of certificates that our own CAs issued, after they have ended.
    pub issued_certificates: Period,
    /// Events that were delivered.
    pub delivered_events: Period,
    /// Events that could not be delivered.
    pub events: Period,
    /// The audit log.
    pub audit: Period,
    /// Changes of the root pool that were decided about.
    pub root_changes: Period,
    /// What is left of what was erased on request.
    pub tombstones: Period,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            contracts: Period::days(30),
            provisioning: Period::days(30),
            issued_certificates: Period::days(365),
            delivered_events: Period::days(30),
            events: Period::days(90),
            audit: Period::days(3650),
            root_changes: Period::days(3650),
            tombstones: Period::days(3650),
        }
    }
}

impl Retention {
    /// The same for the services.
    pub(super) fn kept(&self) -> Kept {
        Kept {
            contracts: some(self.contracts),
            provisioning: some(self.provisioning),
            issued_certificates: some(self.issued_certificates),
            delivered_events: some(self.delivered_events),
            events: some(self.events),
            audit: some(self.audit),
            root_changes: some(self.root_changes),
            tombstones: some(self.tombstones),
        }
    }
}

fn some(period: Period) -> Option<SignedDuration> {
    SignedDuration::try_from(period.get()).ok().filter(|kept| !kept.is_zero())
}

impl Section for Retention {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let periods = [
            ("contracts", self.contracts),
            ("provisioning", self.provisioning),
            ("issued_certificates", self.issued_certificates),
            ("delivered_events", self.delivered_events),
            ("events", self.events),
            ("audit", self.audit),
            ("root_changes", self.root_changes),
            ("tombstones", self.tombstones),
        ];
        let set = periods.into_iter().filter(|(_, period)| *period != Period::seconds(0));
        set.filter_map(|(key, period)| {
            let problem = period.outside(Period::days(1), Period::days(36_500))?;
            Some((key, format!("{problem}; 0d means for ever")))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_for_a_second() {
        let problems = |audit| Retention { audit, ..Retention::default() }.problems().len();
        let periods = [Period::seconds(0), Period::days(1), Period::seconds(1), Period::days(99_999)];
        assert_eq!(periods.map(problems), [0, 0, 1, 1]);
    }
}
