//! Places for what is under way at once: no party can have all of them, nor can all that answer slowly.
//!
//! A place is had before a delivery is taken, so that nothing that was taken grows old while it waits for one. The worker
//! alone hands places out; they come back by themselves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// The part of all places that one party has at most.
const PARTY: usize = 8;
/// The part of all places that slow and failing endpoints have at most, together.
const SLOW: usize = 2;
/// Parties whose places are remembered while they have none.
const MOST_PARTIES: usize = 10_000;

/// All places.
pub(super) struct Places {
    whole: Pool,
    slow: Pool,
    parties: HashMap<Uuid, Pool>,
    per_party: usize,
}

/// Places of one kind.
struct Pool {
    free: Arc<Semaphore>,
    number: usize,
}

/// A place for one attempt after the other.
pub(super) struct Place {
    _permits: [Option<OwnedSemaphorePermit>; 3],
}

/// Where an endpoint has got no place: who has one there has to give it up.
#[derive(Default)]
pub(super) struct Crowded {
    whole: bool,
    parties: HashSet<Uuid>,
}

/// Places that a turn is about to hand out, one for each endpoint that has none.
pub(super) struct Claims<'a> {
    places: &'a Places,
    whole: usize,
    slow: usize,
    parties: HashMap<Uuid, usize>,
    crowded: Crowded,
}

impl Pool {
    fn of(number: usize) -> Self {
        let number = number.clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(number)), number }
    }

    fn free(&self) -> usize {
        self.free.available_permits()
    }

    fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    fn is_half_free(&self) -> bool {
        self.free() > self.number / 2
    }
}

impl Places {
    /// So many in all, with `per_endpoint` for each endpoint where there are enough.
    pub(super) fn new(number: usize, per_endpoint: usize) -> Self {
        let per_party = (number / PARTY).max(per_endpoint.saturating_mul(2)).min(number);
        Self { whole: Pool::of(number), slow: Pool::of(number / SLOW), parties: HashMap::new(), per_party }
    }

    /// What can be handed out now.
    pub(super) fn claims(&self) -> Claims<'_> {
        Claims {
            places: self,
            whole: self.whole.free(),
            slow: self.slow.free(),
            parties: HashMap::new(),
            crowded: Crowded::default(),
        }
    }

    /// The first place for an endpoint.
    pub(super) fn first(&mut self, party: Uuid, is_slow: bool) -> Option<Place> {
        if self.parties.len() > MOST_PARTIES {
            self.parties.retain(|_, party| party.free() < party.number);
        }
        let slow = if is_slow { Some(self.slow.take()?) } else { None };
        let own = self.parties.entry(party).or_insert_with(|| Pool::of(self.per_party)).take()?;
        Some(Place { _permits: [Some(self.whole.take()?), Some(own), slow] })
    }

    /// One more for an endpoint that has one and is fast, as long as there are many.
    pub(super) fn another(&mut self, party: Uuid) -> Option<Place> {
        let own = self.parties.get(&party)?;
        if !self.whole.is_half_free() || !own.is_half_free() {
            return None;
        }
        Some(Place { _permits: [Some(self.whole.take()?), Some(own.take()?), None] })
    }
}

impl Crowded {
    /// Whether it is so for this party.
    pub(super) fn concerns(&self, party: Uuid) -> bool {
        self.whole || self.parties.contains(&party)
    }
}

impl Claims<'_> {
    /// Sets a place aside for an endpoint; whether there is one.
    pub(super) fn claim(&mut self, party: Uuid, is_slow: bool) -> bool {
        let places = self.places;
        let free = || places.parties.get(&party).map_or(places.per_party, Pool::free);
        let own = self.parties.entry(party).or_insert_with(free);
        if *own == 0 {
            self.crowded.parties.insert(party);
        } else if self.whole == 0 {
            self.crowded.whole = true;
        }
        if *own == 0 || self.whole == 0 || (is_slow && self.slow == 0) {
            return false;
        }
        self.whole -= 1;
        *own -= 1;
        if is_slow {
            self.slow -= 1;
        }
        true
    }

    /// Where there was none.
    pub(super) fn crowded(self) -> Crowded {
        self.crowded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);

    #[test]
    fn nobody_has_all_places() {
        let mut places = Places::new(16, 1);
        let of_one: Vec<_> = std::iter::from_fn(|| places.first(ONE, false)).collect();
        assert_eq!(of_one.len(), 2, "an eighth");
        assert!(!places.claims().claim(ONE, false));
        let slow: Vec<_> = (2..).map_while(|party| places.first(Uuid::from_u128(party), true)).collect();
        assert_eq!(slow.len(), 8, "half of them");
        let mut claims = places.claims();
        let quick = (100..).take_while(|party| claims.claim(Uuid::from_u128(*party), false)).count();
        assert_eq!(quick, 6, "the rest");
        let crowded = claims.crowded();
        assert!(crowded.concerns(ONE));
        drop((of_one, slow));
        assert!(places.claims().claim(ONE, true));
    }

    #[test]
    fn who_has_one_gets_more_only_while_there_are_many() {
        let mut places = Places::new(80, 1);
        let _first = places.first(ONE, false).unwrap();
        let more: Vec<_> = std::iter::from_fn(|| places.another(ONE)).collect();
        assert_eq!(more.len(), 4, "half of the ten of a party are left for its other endpoints");
        assert!(places.first(ONE, false).is_some());
        assert!(places.another(Uuid::from_u128(2)).is_none(), "it has no first one");
    }
}
