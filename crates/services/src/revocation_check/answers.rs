//! What others said, for as long as it may be used.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_messages::ids::Fingerprint;

use super::Verdict;
use crate::bounded::Bounded;

/// However long an answer is good for: what was revoked since should show on the same day.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);
/// How long somebody who does not answer is left alone, so that not every request waits for it.
pub(super) const PAUSE: SignedDuration = SignedDuration::from_mins(1);

type Answer = Result<Verdict, String>;

/// Answers by what was asked.
pub(super) struct Answers(Mutex<Bounded<Fingerprint, (Answer, Timestamp)>>);

impl Answers {
    pub(super) fn new(most: usize) -> Self {
        Self(Mutex::new(Bounded::new(most)))
    }

    pub(super) fn get(&self, question: &Fingerprint, now: Timestamp) -> Option<Answer> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(question).filter(|(_, until)| now < *until).map(|(answer, _)| answer.clone())
    }

    pub(super) fn put(&self, question: Fingerprint, answer: &Result<(Verdict, Timestamp), String>, now: Timestamp) {
        let after = |time| now.saturating_add(time).unwrap_or(now);
        let (answer, until) = match answer {
            Ok((verdict, until)) => (Ok(*verdict), (*until).min(after(LONGEST))),
            Err(why) => (Err(why.clone()), after(PAUSE)),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(question, (answer, until));
    }
}
