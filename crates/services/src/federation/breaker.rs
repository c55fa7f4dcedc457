//! Leaves a peer alone that has failed several times in a row, and tries it again with one question after a while.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Since when nothing is asked; after the pause one question is, and the time starts anew.
    open_since: Option<Timestamp>,
}

impl State {
    /// The seconds of the pause that are left. A clock that was set back does not make it longer.
    fn left(&self, now: Timestamp, pause: SignedDuration) -> Option<u64> {
        let left = pause - now.duration_since(self.open_since?).abs();
        let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        left.is_positive().then(|| seconds.max(1).unsigned_abs())
    }
}

impl Breaker {
    /// For how many seconds the peer is still left alone; `None` when it may be asked, or tried.
    pub(super) fn left(&self, now: Timestamp, pause: SignedDuration) -> Option<u64> {
        self.state().left(now, pause)
    }

    /// Whether the peer may be asked now, as [`left`](Self::left) says. Past the pause, the one that is told so tries for all
    /// others.
    pub(super) fn lets_through(&self, now: Timestamp, pause: SignedDuration) -> Result<(), u64> {
        let mut state = self.state();
        if let Some(left) = state.left(now, pause) {
            return Err(left);
        }
        if state.open_since.is_some() {
            state.open_since = Some(now);
        }
        Ok(())
    }

    /// The peer has answered.
    pub(super) fn answered(&self) {
        *self.state() = State::default();
    }

    /// The peer has failed; whether that was once too often.
    pub(super) fn failed(&self, now: Timestamp, most: u32) -> bool {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        let opens = state.failures >= most && state.open_since.is_none();
        if state.failures >= most {
            state.open_since = Some(now);
        }
        opens
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: SignedDuration = SignedDuration::from_secs(30);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn opens_after_failures_in_a_row_and_tries_once() {
        let breaker = Breaker::default();
        let fail = |second| breaker.failed(at(second), 3);
        let passes = |second| breaker.lets_through(at(second), PAUSE).is_ok();
        assert!(!fail(0) && !fail(1));
        breaker.answered();
        assert!(!fail(2) && !fail(3) && passes(3));
        assert!(fail(4), "the third in a row");
        assert_eq!(breaker.lets_through(at(33), PAUSE), Err(1));
        assert_eq!((breaker.left(at(5), PAUSE), breaker.left(at(34), PAUSE)), (Some(29), None));
        assert!(passes(34), "one tries");
        assert!(!passes(34), "and no other meanwhile");
        assert!(!fail(35), "it is open already");
        assert!(!passes(64));
        assert!(passes(65));
        breaker.answered();
        assert!(passes(65) && passes(65));
    }

    /// An hour back is no reason to leave a peer alone for an hour.
    #[test]
    fn a_clock_that_is_set_back_does_not_keep_it_open() {
        let breaker = Breaker::default();
        breaker.failed(at(0), 1);
        assert!(breaker.left(at(-29), PAUSE).is_some());
        assert_eq!(breaker.left(at(-3600), PAUSE), None);
    }
}
