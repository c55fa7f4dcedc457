//! One question at a time, however many ask it, and answers for as long as they may be used again.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;

use super::ask::Outcome;

/// The most questions that are remembered; beyond, one is asked for each caller.
const MOST: usize = 20_000;

/// The hash of a question, and of for whom it is asked.
pub(super) type Key = [u8; 32];

/// What came of a question.
#[derive(Clone)]
struct Landed {
    outcome: Outcome,
    /// Who asked it.
    by: Key,
    until: Timestamp,
}

type Flight = Arc<OnceCell<Landed>>;

/// The questions that are under way, and those that were answered a moment ago, by the hash of what was asked and for whom.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Key, Flight>>);

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
            if landed.by == key || matches!(landed.outcome, Outcome::Nobody { all_said: true }) {
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
        let asked = async {
            let (outcome, kept) = ask.await;
            Landed { outcome, by, until: now.checked_add(kept).unwrap_or(now) }
        };
        match self.flight(key, now) {
            Some(flight) => flight.get_or_init(|| asked).await.clone(),
            None => asked.await,
        }
    }

    fn flight(&self, key: Key, now: Timestamp) -> Option<Flight> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |flight: &Flight| flight.get().is_some_and(|landed| now >= landed.until);
        if let Some(flight) = flights.get(&key)
            && !is_over(flight)
        {
            return Some(Arc::clone(flight));
        }
        if flights.len() >= MOST {
            flights.retain(|_, flight| !is_over(flight));
        }
        if flights.len() >= MOST {
            return None;
        }
        let flight = Flight::default();
        flights.insert(key, Arc::clone(&flight));
        Some(flight)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::federation::Answer;

    const NOBODY: Outcome = Outcome::Nobody { all_said: true };

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
        let refused = Outcome::Nobody { all_said: false };
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
}
