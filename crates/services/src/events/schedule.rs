//! When a delivery that failed is tried again, as a function of what has happened so far (E6).
//!
//! There are so many retries, an interval apart. A receiver that says itself when to come back (429 or 503 with
//! `Retry-After`) is asked at that time. When that is earlier than the interval, the attempt is one more and takes
//! nothing away: who asks for patience does not lose events sooner than who says nothing.

use jiff::{SignedDuration, Timestamp};

/// The longest time between two attempts, whatever a receiver asks for.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// The shortest that a receiver can ask for.
const SHORTEST: SignedDuration = SignedDuration::from_secs(1);

/// When deliveries are tried again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Attempts after the first; when they are spent, the event counts as rejected.
    pub retries: u32,
    /// The time before the first of them.
    pub interval: SignedDuration,
    /// What the time before each further one is multiplied by: 1 for the same, 2 for twice as long each time.
    pub backoff: f64,
    /// What is added by chance, at most, as a part of the time, so that what failed together does not come back together.
    pub jitter: f64,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Failures that count.
    pub failures: u32,
    /// Until when further failures do not: when the retry is due by the schedule.
    pub until: Option<Timestamp>,
}

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another attempt.
    Retry {
        /// Not before this time.
        at: Timestamp,
        /// How far it is then.
        spent: Spent,
    },
    /// No other attempt.
    GivenUp,
}

impl Default for Schedule {
    /// Three times, an hour apart, and up to a tenth later.
    fn default() -> Self {
        Self { retries: 3, interval: SignedDuration::from_hours(1), backoff: 1.0, jitter: 0.1 }
    }
}

impl Schedule {
    /// What follows from a failure at `now`. `asked` is the time the receiver asked for, `roll` a number by chance from 0
    /// up to 1.
    pub fn after(&self, spent: Spent, now: Timestamp, asked: Option<SignedDuration>, roll: f64) -> Next {
        let counts = spent.until.is_none_or(|until| now >= until);
        let spent = if counts {
            if spent.failures >= self.retries {
                return Next::GivenUp;
            }
            Spent {
                failures: spent.failures.saturating_add(1),
                until: Some(later(now, self.wait(spent.failures, roll))),
            }
        } else {
            spent
        };
        let due = spent.until.unwrap_or(now);
        let at = match asked.map(|asked| later(now, asked.clamp(SHORTEST, LONGEST))) {
            Some(asked) => asked,
            None => due,
        };
        Next::Retry { at, spent }
    }

    /// The time before the retry that follows so many others.
    fn wait(&self, before: u32, roll: f64) -> SignedDuration {
        let power = i32::try_from(before).unwrap_or(i32::MAX);
        let factor = self.backoff.max(1.0).powi(power) * (1.0 + self.jitter.clamp(0.0, 1.0) * roll.clamp(0.0, 1.0));
        let seconds = (self.interval.as_secs_f64() * factor).min(LONGEST.as_secs_f64());
        SignedDuration::try_from_secs_f64(seconds).unwrap_or(LONGEST)
    }
}

/// The wait that a `Retry-After` header asks for, in seconds (RFC 9110, 10.2.3). A date is not read: it would need the
/// receiver's clock.
pub fn retry_after(value: &str) -> Option<SignedDuration> {
    let seconds: u32 = value.trim().parse().ok()?;
    Some(SignedDuration::from_secs(seconds.into()))
}

fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }

    /// The times of all attempts of a delivery that always fails, in seconds from the first.
    fn attempts(schedule: Schedule, asked: Option<i64>, roll: f64, most: usize) -> Vec<i64> {
        let (mut spent, mut now, mut times) = (Spent::default(), start(), vec![0]);
        while times.len() < most {
            match schedule.after(spent, now, asked.map(SignedDuration::from_secs), roll) {
                Next::GivenUp => break,
                Next::Retry { at, spent: then } => (now, spent) = (at, then),
            }
            times.push(now.duration_since(start()).as_secs());
        }
        times
    }

    #[test]
    fn three_times_an_hour_apart() {
        assert_eq!(attempts(Schedule::default(), None, 0.0, 99), [0, 3600, 7200, 10800]);
    }

    #[test]
    fn chance_adds_a_tenth_at_most() {
        assert_eq!(attempts(Schedule::default(), None, 1.0, 99), [0, 3960, 7920, 11880]);
        assert_eq!(attempts(Schedule::default(), None, f64::NAN, 2).len(), 2);
    }

    #[test]
    fn back_off_multiplies_up_to_a_day() {
        let schedule = Schedule { retries: 5, interval: SignedDuration::from_secs(60), backoff: 10.0, jitter: 0.0 };
        assert_eq!(attempts(schedule, None, 0.0, 99), [0, 60, 660, 6660, 66660, 66660 + 86400]);
        let schedule = Schedule { retries: u32::MAX, ..schedule };
        assert_eq!(attempts(schedule, None, 0.0, 3000).len(), 3000);
    }

    #[test]
    fn no_retries_at_all() {
        assert_eq!(attempts(Schedule { retries: 0, ..Schedule::default() }, None, 0.0, 99), [0]);
    }

    /// A receiver that always asks for ten minutes is asked that often, until the three hours are over.
    #[test]
    fn patience_costs_no_retries() {
        let times = attempts(Schedule { jitter: 0.0, ..Schedule::default() }, Some(600), 0.0, 99);
        assert_eq!(times, (0..=18).map(|n| n * 600).collect::<Vec<_>>());
    }

    #[test]
    fn what_a_receiver_asks_for_has_bounds() {
        assert_eq!(attempts(Schedule::default(), Some(0), 0.0, 3), [0, 1, 2]);
        assert_eq!(attempts(Schedule::default(), Some(i64::from(u32::MAX)), 0.0, 99), [0, 86400, 172_800, 259_200]);
    }

    #[test]
    fn retry_after_in_seconds() {
        assert_eq!(retry_after(" 120 "), Some(SignedDuration::from_secs(120)));
        for text in ["", "-1", "1.5", "99999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(retry_after(text), None, "{text}");
        }
    }
}
