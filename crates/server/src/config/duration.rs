//! Lengths of time as people write them: `30s`, `5m`, `1h 30m`, `90d`.

use std::fmt;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];

/// A length of time in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(Duration);

impl Period {
    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// So many days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Self::seconds(days.saturating_mul(86_400))
    }

    /// As the standard library knows it.
    pub const fn get(self) -> Duration {
        self.0
    }

    /// What is wrong with it where it has to be from `least` to `most`, as the problem of a key.
    pub(super) fn outside(self, least: Self, most: Self) -> Option<String> {
        (!(least..=most).contains(&self)).then(|| format!("{self} is not between {least} and {most}"))
    }

    /// Reads a length of time as people write it.
    ///
    /// # Errors
    /// With examples of what can be read.
    pub fn parse_text(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| format!("{text:?} is no length of time such as 30s, 5m, 1h or 90d"))
    }

    fn parse(text: &str) -> Option<Self> {
        let span: Span = text.trim().parse().ok()?;
        let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        Duration::try_from(duration).ok().map(Self)
    }
}

impl fmt::Display for Period {
    /// The largest unit that leaves nothing over.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if self.0.subsec_nanos() > 0 {
            return write!(f, "{}ms", self.0.as_millis());
        }
        let fits = |(unit, _): &&(u64, &str)| seconds > 0 && seconds.is_multiple_of(*unit);
        let (unit, name) = UNITS.iter().find(fits).copied().unwrap_or((1, "s"));
        write!(f, "{}{name}", seconds / unit)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} is no length of time such as 30s, 5m, 1h or 90d"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_lengths_in_many_ways() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h 30m", 5400), ("90d", 7_776_000), ("2 weeks", 1_209_600)]
        {
            assert_eq!(Period::parse(text), Some(Period::seconds(seconds)), "{text}");
        }
        for text in ["", "30", "-5s", "soon", "1 month"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_shown_can_be_read() {
        for (seconds, text) in [(0, "0s"), (30, "30s"), (90, "90s"), (3600, "1h"), (86_400 * 730, "730d")] {
            assert_eq!(Period::seconds(seconds).to_string(), text);
            assert_eq!(Period::parse(text), Some(Period::seconds(seconds)));
        }
        assert_eq!(Period::parse("1500ms").unwrap().to_string(), "1500ms");
    }
}
