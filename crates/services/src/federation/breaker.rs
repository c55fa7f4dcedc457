//! Leaves a peer alone that has failed several times in a row, and tries it again with one question after a while.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when nothing is asked; then one question is, and the time starts anew.
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// Whether the peer may be asked now. Past the pause, the one that is told so tries for all others.
    pub(super) fn lets_through(&self, now: Timestamp, pause: SignedDuration) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = now.checked_add(pause).ok();
                true
            }
        }
    }

    /// The peer has answered.
    pub(super) fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// The peer has failed; whether that was once too often.
    pub(super) fn failed(&self, now: Timestamp, most: u32, pause: SignedDuration) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        let opens = state.failures >= most && state.open_until.is_none();
        if state.failures >= most {
            state.open_until = now.checked_add(pause).ok();
        }
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_in_a_row_and_tries_once() {
        let (breaker, pause) = (Breaker::default(), SignedDuration::from_secs(30));
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let fail = |second| breaker.failed(at(second), 3, pause);
        assert!(!fail(0) && !fail(1));
        breaker.answered();
        assert!(!fail(2) && !fail(3) && breaker.lets_through(at(3), pause));
        assert!(fail(4), "the third in a row");
        assert!(!breaker.lets_through(at(33), pause));
        assert!(breaker.lets_through(at(34), pause), "one tries");
        assert!(!breaker.lets_through(at(34), pause), "and no other meanwhile");
        assert!(!fail(35), "it is open already");
        assert!(!breaker.lets_through(at(64), pause));
        assert!(breaker.lets_through(at(65), pause));
        breaker.answered();
        assert!(breaker.lets_through(at(65), pause) && breaker.lets_through(at(65), pause));
    }
}
