//! One question at a time, however many ask it, and answers for as long as they may be used again.

use std::pin::{Pin, pin};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::ask::Outcome;
use super::kept::{Flight, Shared};

/// The hash of a question, and of for whom it is asked.
pub(super) type Key = [u8; 32];

/// How often what is over is looked for.
const SWEEP: Duration = Duration::from_secs(1);

/// What came of a question.
#[derive(Clone)]
pub(super) struct Landed {
    outcome: Outcome,
    /// Who asked it.
    by: Key,
    at: Timestamp,
    pub(super) kept: SignedDuration,
}

impl Landed {
    pub(super) fn new(outcome: Outcome, by: Key, at: Timestamp, kept: SignedDuration) -> Self {
        Self { outcome, by, at, kept }
    }

    /// Whether it serves nobody any more. A clock that is set back does not keep it.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.at).abs() >= self.kept
    }

    /// Bytes, roughly.
    pub(super) fn size(&self) -> usize {
        match &self.outcome {
            Outcome::Found { answer, .. } => answer.size(),
            Outcome::Nobody { .. } | Outcome::Incomplete { .. } => 0,
        }
    }
}

/// The questions that are under way, and those that were answered a moment ago, by the hash of what was asked and for whom.
#[derive(Default)]
pub(super) struct Flights(Shared);

impl Flights {
    /// The outcome of a question: remembered, of who asks it at this moment, or asked now by `ask`, which says as well for
    /// how long it may be remembered. Where the one that asks is cut off, the next of those who wait asks.
    ///
    /// With `of_all`, the key of the question whoever asks it, others wait too; that everybody said no serves them, and
    /// who is told anything else asks for itself.
    pub(super) async fn run(
        &self,
        key: Key,
        of_all: Option<Key>,
        now: Timestamp,
        ask: impl Future<Output = (Outcome, SignedDuration)> + Send,
    ) -> Outcome {
        // It is polled by one flight at most: who asked for all has its answer.
        let mut ask = pin!(ask);
        if let Some(of_all) = of_all {
            let landed = self.fly(of_all, key, now, ask.as_mut()).await;
            if landed.by == key || matches!(landed.outcome, Outcome::Nobody { all_said: true, .. }) {
                return landed.outcome;
            }
        }
        self.fly(key, key, now, ask).await.outcome
    }

    async fn fly(
        &self,
        key: Key,
        by: Key,
        now: Timestamp,
        ask: Pin<&mut (impl Future<Output = (Outcome, SignedDuration)> + Send)>,
    ) -> Landed {
        let mut is_asker = false;
        let asked = async {
            is_asker = true;
            let (outcome, kept) = ask.await;
            Landed::new(outcome, by, now, kept)
        };
        let Some(flight) = self.0.lock().flight(key, now) else { return asked.await };
        let seat = Seat { shared: &self.0, key, flight };
        let landed = seat.flight.get_or_init(|| asked).await.clone();
        if is_asker {
            let sweeps = self.0.lock().land(key, &seat.flight, &landed, Instant::now());
            if sweeps {
                self.sweep();
            }
        }
        landed
    }

    /// Forgets what is over until nothing is left, whether or not anybody asks.
    fn sweep(&self) {
        let shared = self.0.downgrade();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                let Some(shared) = shared.upgrade() else { return };
                while shared.lock().forget(Instant::now()) {
                    tokio::task::yield_now().await;
                }
                if shared.lock().rests() {
                    return;
                }
            }
        });
    }
}

/// One that waits for a flight: when the last one goes before it has landed, nobody asks, and nothing stays.
struct Seat<'a> {
    shared: &'a Shared,
    key: Key,
    flight: Flight,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if !self.flight.initialized() {
            self.shared.lock().leave(self.key, &self.flight);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::ask::NOBODY;
    use super::*;
    use crate::federation::Answer;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// Asks that count, and have this outcome for five seconds.
    async fn counted(asked: &AtomicU32, outcome: &Outcome) -> (Outcome, SignedDuration) {
        asked.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        (outcome.clone(), SignedDuration::from_secs(5))
    }

    #[tokio::test]
    async fn asked_once_by_all_who_ask_at_once_and_again_when_it_is_over() {
        let (flights, asked) = (Flights::default(), AtomicU32::new(0));
        let ask = |second| flights.run([1; 32], None, at(second), counted(&asked, &NOBODY));
        tokio::join!(ask(0), ask(0), ask(1));
        ask(4).await;
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        ask(5).await;
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_no_of_everybody_serves_other_parties_and_nothing_else_does() {
        let refused = Outcome::Nobody { all_said: false, again: None };
        let found = Outcome::Found { answer: Answer::Known, all_said: true };
        for (outcome, times) in [(NOBODY, 1), (refused, 3), (found, 3)] {
            let (flights, asked) = (Flights::default(), AtomicU32::new(0));
            let ask = |party| flights.run([party; 32], Some([9; 32]), at(0), counted(&asked, &outcome));
            tokio::join!(ask(1), ask(2), ask(3), ask(1));
            tokio::join!(ask(2), ask(3));
            assert_eq!(asked.load(Ordering::Relaxed), times, "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn who_waits_takes_over_from_who_is_cut_off() {
        let flights = Flights::default();
        let never = flights.run([1; 32], None, at(0), std::future::pending());
        let other = flights.run([1; 32], None, at(0), async { (NOBODY, SignedDuration::ZERO) });
        let both = async {
            tokio::select! {
                biased;
                _ = never => unreachable!(),
                () = tokio::task::yield_now() => {}
            }
        };
        let ((), outcome) = tokio::join!(both, other);
        assert!(matches!(outcome, Outcome::Nobody { .. }));
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_does_not_keep_what_is_over() {
        let (flights, asked) = (Flights::default(), AtomicU32::new(0));
        for second in [0, -3600] {
            flights.run([1; 32], None, at(second), counted(&asked, &NOBODY)).await;
        }
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn nothing_stays_of_a_question_that_nobody_waits_for() {
        let flights = Flights::default();
        tokio::select! {
            biased;
            _ = flights.run([1; 32], None, at(0), std::future::pending()) => unreachable!(),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(flights.0.lock().len(), 0);
    }
}
