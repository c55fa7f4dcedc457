//! What is remembered of questions: so many, of so many bytes, and each until its time is over.
//!
//! Every step is done in a time that does not depend on how much there is: all requests share the one lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::flight::{Key, Landed};

/// The most questions; beyond, those that would end first are forgotten.
const MOST: usize = 20_000;
/// The most bytes of answers.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// A larger answer is not remembered: it would push out many others.
const LARGEST: usize = 64 * 1024;
/// How many are forgotten at a time.
const BATCH: usize = 64;

/// One question, under way or answered.
pub(super) type Flight = Arc<OnceCell<Landed>>;

/// What all who ask share.
#[derive(Default)]
pub(super) struct Shared(Arc<Mutex<Kept>>);

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn downgrade(&self) -> WeakShared {
        WeakShared(Arc::downgrade(&self.0))
    }
}

/// The same, for who looks after it while it is there.
pub(super) struct WeakShared(Weak<Mutex<Kept>>);

impl WeakShared {
    pub(super) fn upgrade(&self) -> Option<Shared> {
        self.0.upgrade().map(Shared)
    }
}

/// When something ends, and a number that tells it from others.
type End = (Instant, u64);

/// The questions.
#[derive(Default)]
pub(super) struct Kept {
    flights: HashMap<Key, Entry>,
    /// Those that are answered, the next to end first.
    ends: BTreeMap<End, Key>,
    bytes: usize,
    number: u64,
    is_swept: bool,
}

struct Entry {
    flight: Flight,
    /// When it ends, and how many bytes it has, once it is answered.
    landed: Option<(End, usize)>,
}

impl Kept {
    /// The flight of a question, which may have landed already; `None` when there are too many under way.
    pub(super) fn flight(&mut self, key: Key, now: Timestamp) -> Option<Flight> {
        if let Some(entry) = self.flights.get(&key) {
            if !entry.flight.get().is_some_and(|landed| landed.is_over(now)) {
                return Some(Arc::clone(&entry.flight));
            }
            self.remove(key);
        }
        while self.flights.len() >= MOST {
            self.forget_next()?;
        }
        let flight = Flight::default();
        self.flights.insert(key, Entry { flight: Arc::clone(&flight), landed: None });
        Some(flight)
    }

    /// Keeps what came of a question for as long as it says, or forgets it. Whether somebody has to look after it from now
    /// on.
    pub(super) fn land(&mut self, key: Key, flight: &Flight, landed: &Landed, now: Instant) -> bool {
        // One that has ended and was begun anew meanwhile is not this one's.
        let Some(entry) = self.flights.get_mut(&key).filter(|entry| Arc::ptr_eq(&entry.flight, flight)) else {
            return false;
        };
        let size = landed.size();
        let kept = Duration::try_from(landed.kept).unwrap_or_default();
        if kept.is_zero() || size > LARGEST {
            self.remove(key);
            return false;
        }
        let end = (now + kept, self.number);
        entry.landed = Some((end, size));
        self.number += 1;
        self.ends.insert(end, key);
        self.bytes += size;
        while self.bytes > MOST_BYTES && self.forget_next().is_some() {}
        !std::mem::replace(&mut self.is_swept, true)
    }

    /// Forgets a question that nobody waits for any more but the one that goes.
    pub(super) fn leave(&mut self, key: Key, flight: &Flight) {
        let is_last = |entry: &Entry| Arc::ptr_eq(&entry.flight, flight) && Arc::strong_count(flight) == 2;
        if self.flights.get(&key).is_some_and(is_last) {
            self.remove(key);
        }
    }

    /// Forgets some of those that are over; whether there may be more of them.
    pub(super) fn forget(&mut self, now: Instant) -> bool {
        for _ in 0..BATCH {
            if self.ends.first_key_value().is_none_or(|((end, _), _)| *end > now) {
                return false;
            }
            self.forget_next();
        }
        true
    }

    /// Whether there is nothing to look after; then the next to keep something is told so.
    pub(super) fn rests(&mut self) -> bool {
        self.is_swept = !self.ends.is_empty();
        !self.is_swept
    }

    fn forget_next(&mut self) -> Option<()> {
        let (_, key) = self.ends.pop_first()?;
        self.remove(key);
        Some(())
    }

    fn remove(&mut self, key: Key) {
        if let Some((end, size)) = self.flights.remove(&key).and_then(|entry| entry.landed) {
            self.ends.remove(&end);
            self.bytes -= size;
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.flights.len()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use opnc_messages::ccp::GetContractDataRes;

    use super::super::ask::{NOBODY, Outcome};
    use super::*;
    use crate::federation::Answer;

    fn at() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn key(number: usize) -> Key {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_be_bytes());
        key
    }

    /// Lands a question with an answer of about so many bytes.
    fn land(kept: &mut Kept, number: usize, size: usize) {
        let text = format!(
            r#"{{"contractDataCollection":[{{"pcid":"WAA00000000000001","emaid":"DEGGG000000001","metaData":"{}"}}]}}"#,
            "x".repeat(size)
        );
        let answer: GetContractDataRes = opnc_messages::parse_body(text.as_bytes()).unwrap();
        let found = Outcome::Found { answer: Answer::Contracts(answer), all_said: true };
        land_outcome(kept, number, if size == 0 { NOBODY } else { found });
    }

    fn land_outcome(kept: &mut Kept, number: usize, outcome: Outcome) {
        let flight = kept.flight(key(number), at()).unwrap();
        let landed = Landed::new(outcome, key(number), at(), SignedDuration::from_secs(30));
        let _ = flight.set(landed.clone());
        kept.land(key(number), &flight, &landed, Instant::now());
    }

    #[test]
    fn only_so_many_bytes_are_remembered() {
        let mut kept = Kept::default();
        for number in 0..400 {
            land(&mut kept, number, 60_000);
        }
        assert!(kept.bytes <= MOST_BYTES && kept.bytes > MOST_BYTES / 2, "{}", kept.bytes);
        let before = kept.len();
        land(&mut kept, 1000, LARGEST + 1);
        assert_eq!(kept.len(), before, "a large one is not kept");
        assert!(kept.flight(key(399), at()).unwrap().initialized(), "the latest are");
        assert!(!kept.flight(key(0), at()).unwrap().initialized());
    }

    #[test]
    fn only_so_many_are_remembered_and_new_ones_find_a_place() {
        let mut kept = Kept::default();
        for number in 0..MOST + 10 {
            land(&mut kept, number, 0);
        }
        assert_eq!((kept.len(), kept.ends.len()), (MOST, MOST));
        assert!(kept.flight(key(MOST + 9), at()).unwrap().initialized());
    }

    /// What is over goes, whether or not anybody asks: answers are personal data of others.
    #[test]
    fn what_is_over_goes() {
        let (mut kept, began) = (Kept::default(), Instant::now());
        for number in 0..200 {
            land(&mut kept, number, 10);
        }
        assert!(!kept.forget(began) && kept.len() == 200 && !kept.rests());
        let later = Instant::now() + Duration::from_secs(30);
        assert!(kept.forget(later) && kept.len() == 200 - BATCH);
        while kept.forget(later) {}
        assert_eq!((kept.len(), kept.bytes, kept.rests()), (0, 0, true));
    }
}
