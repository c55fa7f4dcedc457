//! What others said, for as long as it may be used.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use opnc_messages::ids::Fingerprint;

use super::Verdict;

/// The most certificates that are remembered; then all are forgotten.
const MOST: usize = 10_000;
/// However long an answer is good for: what was revoked since should show on the same day.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);
/// How long somebody who does not answer is left alone, so that not every request waits for it.
pub(super) const PAUSE: SignedDuration = SignedDuration::from_mins(1);

type Answer = Result<Verdict, String>;

#[derive(Default)]
pub(super) struct Answers(Mutex<HashMap<Fingerprint, (Answer, Timestamp)>>);

impl Answers {
    pub(super) fn get(&self, certificate: &Fingerprint, now: Timestamp) -> Option<Answer> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(certificate).filter(|(_, until)| now < *until).map(|(answer, _)| answer.clone())
    }

    pub(super) fn put(&self, certificate: Fingerprint, answer: &Result<(Verdict, Timestamp), String>, now: Timestamp) {
        let after = |time| now.saturating_add(time).unwrap_or(now);
        let (answer, until) = match answer {
            Ok((verdict, until)) => (Ok(*verdict), (*until).min(after(LONGEST))),
            Err(why) => (Err(why.clone()), after(PAUSE)),
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(certificate, (answer, until));
    }
}
