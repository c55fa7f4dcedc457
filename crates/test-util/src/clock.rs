//! A clock that stands still until it is set.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_pki::Clock;

/// A clock that shows what it was set to. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct TestClock {
    shows: Arc<Mutex<Timestamp>>,
}

impl TestClock {
    /// A clock that shows `at`, for example `2026-06-01T12:00:00Z`.
    pub fn at(at: &str) -> Self {
        Self { shows: Arc::new(Mutex::new(timestamp(at))) }
    }

    /// Sets the clock.
    pub fn set(&self, at: &str) {
        *self.shows.lock().unwrap_or_else(PoisonError::into_inner) = timestamp(at);
    }

    /// Lets seconds go by, also backwards.
    pub fn advance(&self, seconds: i64) {
        let mut shows = self.shows.lock().unwrap_or_else(PoisonError::into_inner);
        *shows += SignedDuration::from_secs(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.shows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn timestamp(text: &str) -> Timestamp {
    text.parse().expect("a time like 2026-06-01T12:00:00Z")
}
