//! Whether anything was revoked since.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use opnc_store::issued_certificates;

use super::unpoison;
use crate::{Ecosystem, ServiceError};

/// How long another process may have revoked something before it shows here.
const POLL: SignedDuration = SignedDuration::from_millis(500);

/// The count of revocations as it was last read.
#[derive(Default)]
pub(super) struct Generation(Mutex<Option<Seen>>);

#[derive(Clone, Copy)]
struct Seen {
    revocations: u64,
    /// The number of changes by this process before it was read.
    changes: u64,
    at: Timestamp,
}

impl Generation {
    /// The count, where nothing can have changed it since it was read.
    pub(super) fn known(&self, ecosystem: &Ecosystem, now: Timestamp) -> Option<u64> {
        let changes = ecosystem.store().changes();
        let seen = (*unpoison(self.0.lock()))?;
        (seen.changes == changes && now.duration_since(seen.at).abs() < POLL).then_some(seen.revocations)
    }

    /// The count, read again if it may have changed.
    pub(super) async fn current(&self, ecosystem: &Ecosystem) -> Result<u64, ServiceError> {
        let (changes, now) = (ecosystem.store().changes(), ecosystem.now());
        if let Some(revocations) = self.known(ecosystem, now) {
            return Ok(revocations);
        }
        let revocations = issued_certificates::revocations(&mut ecosystem.store().read().await?).await?;
        *unpoison(self.0.lock()) = Some(Seen { revocations, changes, at: now });
        Ok(revocations)
    }
}
