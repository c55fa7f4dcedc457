//! The clock of a demo or sandbox: the computer's, moved by as much as the user or the story wants.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_pki::{Clock, SystemClock};

/// Runs like the computer's clock, at a distance from it.
#[derive(Debug, Default)]
pub(crate) struct OffsetClock {
    offset: Mutex<SignedDuration>,
}

impl OffsetClock {
    /// A clock that shows `at` now and goes on from there; without it, the computer's time.
    pub(crate) fn starting_at(at: Option<Timestamp>) -> Self {
        let clock = Self::default();
        if let Some(at) = at {
            clock.set(at);
        }
        clock
    }

    /// Sets the clock; it goes on from there.
    pub(crate) fn set(&self, at: Timestamp) {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner) = at.duration_since(SystemClock.now());
    }

    /// Moves the clock on.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        *offset = offset.saturating_add(by);
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        let offset = *self.offset.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemClock.now();
        now.saturating_add(offset).unwrap_or(now)
    }
}
