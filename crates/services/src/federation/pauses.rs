//! Who has to wait before a peer is asked for it again, because the peer said so (429, 503).
//!
//! Kept apart from failures: a peer that answers one party with "too many" is well, and others are not held up.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The wait where a peer names none.
const USUAL: u64 = 1;
/// The longest wait that a peer can ask for.
const LONGEST: u64 = 60;
/// The most parties that are remembered; the waits of all are forgotten beyond.
const MOST: usize = 10_000;

/// The waits at one peer, by the party that asked.
#[derive(Debug, Default)]
pub(super) struct Pauses(Mutex<HashMap<Uuid, Pause>>);

#[derive(Debug)]
struct Pause {
    began: Timestamp,
    seconds: u64,
}

impl Pause {
    fn left(&self, now: Timestamp) -> Option<u64> {
        let passed = now.duration_since(self.began).abs();
        let left = SignedDuration::from_secs(self.seconds.cast_signed()) - passed;
        let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        left.is_positive().then(|| seconds.max(1).unsigned_abs())
    }
}

impl Pauses {
    /// How many seconds the party has to wait.
    pub(super) fn left(&self, party: Uuid, now: Timestamp) -> Option<u64> {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = pauses.get(&party)?.left(now);
        if left.is_none() {
            pauses.remove(&party);
        }
        left
    }

    /// Makes the party wait as the peer says, within bounds; for how many seconds.
    pub(super) fn begin(&self, party: Uuid, now: Timestamp, asked_for: Option<u64>) -> u64 {
        let seconds = asked_for.unwrap_or(USUAL).clamp(USUAL, LONGEST);
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pauses.len() >= MOST {
            pauses.clear();
        }
        pauses.insert(party, Pause { began: now, seconds });
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_party_waits_as_long_as_it_was_told_within_a_minute() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let (pauses, one, other) = (Pauses::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        for (asked_for, seconds) in [(None, 1), (Some(0), 1), (Some(7), 7), (Some(u64::MAX), 60)] {
            assert_eq!(pauses.begin(one, at(0), asked_for), seconds);
            assert_eq!(pauses.left(one, at(0)), Some(seconds), "{asked_for:?}");
            assert_eq!(pauses.left(other, at(0)), None);
            assert_eq!(pauses.left(one, at(seconds.cast_signed())), None);
        }
        pauses.begin(one, at(0), Some(60));
        assert_eq!(pauses.left(one, at(-3600)), None, "a clock that was set back");
    }
}
