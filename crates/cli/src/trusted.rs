//! The arguments by which a check of certificates is told what to trust, and when.

use clap::Args;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use opnc_pki::chain::Anchors;
use opnc_pki::{Clock, SystemClock};

use crate::certificates;
use crate::failure::Failure;
use crate::input::Input;

/// What to trust, and when.
#[derive(Args)]
pub(crate) struct Trust {
    /// The roots to trust: files with any number of certificates
    #[arg(long = "root", value_name = "PEM", required = true, num_args = 1..)]
    roots: Vec<Input>,

    /// The time at which everything must be valid, as 2025-01-01 or 2025-01-01T12:00:00Z, UTC unless it says otherwise [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
}

impl Trust {
    /// The roots.
    pub(crate) fn anchors(&self) -> Result<Anchors, Failure> {
        certificates::read_all(&self.roots).map(Anchors::new)
    }

    /// The time of the check.
    pub(crate) fn at(&self) -> Timestamp {
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        // Certificates know no fractions of seconds, and a whole one reads better.
        Timestamp::from_second(at.as_second()).unwrap_or(at)
    }
}

/// A time as RFC 3339 writes it. Without an offset it is in UTC, without a time of day it is the first second of the day.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    let in_utc = |local: DateTime| Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let read = text.parse().ok().or_else(|| in_utc(text.parse().ok()?));
    read.ok_or_else(|| "no time; write it as 2026-11-01 or 2026-11-01T12:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc_unless_they_say_otherwise() {
        for text in ["2025-01-01", "2025-01-01T00:00:00", "2025-01-01T00:00:00Z", "2025-01-01T01:00:00+01:00"] {
            assert_eq!(time(text).unwrap().as_second(), 1_735_689_600, "{text}");
        }
        for text in ["", "tomorrow", "2025-13-01"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
