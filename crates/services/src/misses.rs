//! A limit on guessing: how many unknown identifiers a party may ask for within a minute.
//!
//! PCIDs and EMAIDs are personal data and easy to enumerate. A party that asks for cars that exist is not slowed down.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

use crate::{Caller, ServiceError};

const WINDOW_SECONDS: i64 = 60;

/// Counts each party's misses within the running minute.
pub(crate) struct MissLimit {
    per_minute: Option<u32>,
    /// Of a peer, which asks for many parties.
    of_peers: Option<u32>,
    counts: Mutex<HashMap<Uuid, Window>>,
}

struct Window {
    started: Timestamp,
    misses: u32,
}

impl MissLimit {
    pub(crate) fn new(per_minute: Option<u32>, of_peers: Option<u32>) -> Self {
        Self { per_minute, of_peers, counts: Mutex::default() }
    }

    fn limit(&self, caller: &Caller) -> Option<u32> {
        if caller.peer.is_some() { self.of_peers } else { self.per_minute }
    }

    /// Refuses a caller that has used up its misses; to be asked before a look-up, so that a refusal tells nothing.
    pub(crate) fn check(&self, caller: &Caller, now: Timestamp) -> Result<(), ServiceError> {
        let Some(limit) = self.limit(caller) else { return Ok(()) };
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(window) = counts.get(&caller.party) else { return Ok(()) };
        // Not longer than the window when the clock is set back.
        let age = (now.as_second() - window.started.as_second()).abs();
        if window.misses < limit || age >= WINDOW_SECONDS {
            return Ok(());
        }
        let retry_after_seconds = (WINDOW_SECONDS - age).clamp(1, WINDOW_SECONDS).unsigned_abs();
        Err(ServiceError::TooManyMisses { retry_after_seconds })
    }

    /// Takes a miss back: somebody else had what was asked for.
    pub(crate) fn forgive(&self, caller: &Caller) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = counts.get_mut(&caller.party) {
            window.misses = window.misses.saturating_sub(1);
        }
    }

    /// Notes that the caller asked for something that is not there.
    pub(crate) fn note(&self, caller: &Caller, now: Timestamp) {
        if self.limit(caller).is_none() {
            return;
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let window = counts.entry(caller.party).or_insert(Window { started: now, misses: 0 });
        if (now.as_second() - window.started.as_second()).abs() >= WINDOW_SECONDS {
            *window = Window { started: now, misses: 0 };
        }
        window.misses = window.misses.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Owned;
    use opnc_messages::Role;

    fn caller() -> Caller {
        Caller {
            party: Uuid::nil(),
            role: Role::Oem,
            owned: Owned::default(),
            acting: None,
            scopes: Vec::new(),
            trace: Uuid::nil(),
            operator: None,
            peer: None,
            reach: crate::federation::Reach::default(),
        }
    }

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(at).unwrap()
    }

    #[test]
    fn refuses_after_the_limit_and_forgives_after_a_minute() {
        let limit = MissLimit::new(Some(2), None);
        limit.note(&caller(), second(100));
        assert!(limit.check(&caller(), second(101)).is_ok());
        limit.note(&caller(), second(110));
        let refused = limit.check(&caller(), second(120)).unwrap_err();
        assert!(matches!(refused, ServiceError::TooManyMisses { retry_after_seconds: 40 }));
        assert!(limit.check(&caller(), second(160)).is_ok());
        limit.note(&caller(), second(160));
        assert!(limit.check(&caller(), second(161)).is_ok());
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_keep_it() {
        let limit = MissLimit::new(Some(1), None);
        limit.note(&caller(), second(10_000));
        assert!(limit.check(&caller(), second(10_000)).is_err());
        assert!(limit.check(&caller(), second(6_400)).is_ok());
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let limit = MissLimit::new(None, None);
        for _ in 0..1000 {
            limit.note(&caller(), second(0));
        }
        assert!(limit.check(&caller(), second(0)).is_ok());
    }
}
