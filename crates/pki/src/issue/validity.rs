//! From when to when a certificate is valid.

use jiff::{SignedDuration, Timestamp};

use crate::certificate::Certificate;

/// A first and a last second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second of validity.
    pub not_before: Timestamp,
    /// Last second of validity.
    pub not_after: Timestamp,
}

impl Validity {
    /// So many days of 24 hours from `start` on.
    pub fn days(start: Timestamp, days: u32) -> Self {
        let duration = SignedDuration::from_hours(24 * i64::from(days));
        Self { not_before: start, not_after: start.checked_add(duration).unwrap_or(Timestamp::MAX) }
    }

    /// The same, ending with the issuer's certificate at the latest.
    pub fn within(self, issuer: &Certificate) -> Self {
        Self { not_after: self.not_after.min(issuer.not_after()), ..self }
    }
}
