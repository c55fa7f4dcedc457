//! One question at a time, however many ask it, and answers for as long as they may be used again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;

use super::ask::Outcome;

/// The most questions that are remembered; beyond, one is asked for each caller.
const MOST: usize = 20_000;

type Flight = Arc<OnceCell<(Outcome, Timestamp)>>;

/// The questions that are under way, and those that were answered a moment ago, by the hash of what was asked and for whom.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<[u8; 32], Flight>>);

impl Flights {
    /// The outcome of a question: remembered, of who asks it at this moment, or asked now by `ask`, which says as well for
    /// how long it may be remembered. Where the one that asks is cut off, the next of those who wait asks.
    pub(super) async fn run(
        &self,
        key: [u8; 32],
        now: Timestamp,
        ask: impl Future<Output = (Outcome, SignedDuration)>,
    ) -> Outcome {
        let Some(flight) = self.flight(key, now) else { return ask.await.0 };
        let asked = async {
            let (outcome, kept) = ask.await;
            (outcome, now.checked_add(kept).unwrap_or(now))
        };
        flight.get_or_init(|| asked).await.0.clone()
    }

    fn flight(&self, key: [u8; 32], now: Timestamp) -> Option<Flight> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |flight: &Flight| flight.get().is_some_and(|(_, until)| now >= *until);
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
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[tokio::test]
    async fn asked_once_by_all_who_ask_at_once_and_again_when_it_is_over() {
        let (flights, asked) = (Flights::default(), AtomicU32::new(0));
        let ask = |second| {
            flights.run([1; 32], at(second), async {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                (Outcome::Nobody, SignedDuration::from_secs(5))
            })
        };
        tokio::join!(ask(0), ask(0), ask(1));
        ask(4).await;
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        ask(5).await;
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn who_waits_takes_over_from_who_is_cut_off() {
        let flights = Flights::default();
        let never = flights.run([1; 32], at(0), std::future::pending());
        let other = flights.run([1; 32], at(0), async { (Outcome::Nobody, SignedDuration::ZERO) });
        let both = async {
            tokio::select! {
                biased;
                _ = never => unreachable!(),
                () = tokio::task::yield_now() => {}
            }
        };
        let ((), outcome) = tokio::join!(both, other);
        assert!(matches!(outcome, Outcome::Nobody));
    }
}
