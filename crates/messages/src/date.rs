//! Dates and times in bodies: RFC 3339.

use jiff::Timestamp;
use serde::Serializer;

/// The first second that has a year of four digits, in seconds from 1970.
const YEAR_ZERO: i64 = -62_167_219_200;

/// Reads a date and time with an offset. A fraction of a second may be there, and the seconds may be missing, as some
/// libraries write times on the minute. `None` for anything else, above all for a time without an offset.
pub fn parse(text: &str) -> Option<Timestamp> {
    // Four digits of the year: the parser below would also read expanded years and other forms of ISO 8601.
    let plain = text.len() <= 40 && text.as_bytes().get(4) == Some(&b'-') && !text.contains('[');
    if !plain {
        return None;
    }
    text.parse().ok().filter(|at: &Timestamp| at.as_second() >= YEAR_ZERO)
}

/// Writes a time in UTC with seconds and no fraction, for example `2027-01-31T00:00:00Z`.
pub fn format(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// For `#[serde(serialize_with)]`.
pub(crate) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format(*at))
}

/// For `#[serde(serialize_with)]` on an optional member, which is left out when it is none.
pub(crate) fn serialize_option<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serialize(at, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_moment() {
        for text in [
            "2022-12-10T11:42:59Z",
            "2022-12-10T11:42:59.000Z",
            "2022-12-10T11:42:59.999999999Z",
            "2022-12-10T11:42:59+00:00",
            "2022-12-10T11:42:59.000+0000",
            "2022-12-10T12:42:59+01:00",
            "2022-12-10T06:12:59-05:30",
            "2022-12-10t11:42:59z",
        ] {
            assert_eq!(format(parse(text).unwrap()), "2022-12-10T11:42:59Z", "{text}");
        }
        assert_eq!(format(parse("0000-01-01T00:00:00Z").unwrap()), "0000-01-01T00:00:00Z");
        assert_eq!(format(parse("2021-05-11T00:00Z").unwrap()), "2021-05-11T00:00:00Z");
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "2022-12-10",
            "2022-12-10T11:42:59",
            "2022-13-10T11:42:59Z",
            "2022-02-30T00:00:00Z",
            "10.12.2022",
            "1670672579",
            "2022-12-10T25:00:00Z",
            "+012022-12-10T11:42:59Z",
            "20221210T114259Z",
            "2022-12-10T11:42:59Z[UTC]",
            "٢٠٢٢-12-10T11:42:59Z",
            "2022-12-10T11:42:59 Z",
            "0000-01-01T00:00:00+14:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
