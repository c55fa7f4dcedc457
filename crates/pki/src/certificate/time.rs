//! Dates in certificates (RFC 5280, 4.1.2.5).

use der::asn1::{AnyRef, GeneralizedTime, UtcTime};
use der::{DateTime, Tag, Tagged};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use x509_cert::time::Time as DerTime;

use super::CertificateError;

/// Reads `UTCTime` (`YYMMDDHHMMSSZ`, years 1950 to 2049) or `GeneralizedTime` (`YYYYMMDDHHMMSSZ`).
pub(crate) fn read_time(value: AnyRef<'_>) -> Result<Timestamp, CertificateError> {
    let bad = || CertificateError::Date(String::from_utf8_lossy(value.value()).into_owned());
    let text = std::str::from_utf8(value.value()).map_err(|_| bad())?;
    let digits = text.strip_suffix('Z').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let (year, rest) = match (value.tag(), digits) {
        (Tag::UtcTime, Some(digits)) if digits.len() == 12 => {
            let (year, rest) = digits.split_at(2);
            let year: i16 = year.parse().map_err(|_| bad())?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        (Tag::GeneralizedTime, Some(digits)) if digits.len() == 14 => {
            let (year, rest) = digits.split_at(4);
            (year.parse().map_err(|_| bad())?, rest)
        }
        _ => return Err(bad()),
    };
    let field = |index: usize| rest.get(2 * index..2 * index + 2).and_then(|field| field.parse::<i8>().ok());
    let date = field(0).zip(field(1)).and_then(|(month, day)| Date::new(year, month, day).ok()).ok_or_else(bad)?;
    let (hour, minute, second) =
        field(2).zip(field(3)).zip(field(4)).map(|((hour, minute), second)| (hour, minute, second)).ok_or_else(bad)?;
    let time = Time::new(hour, minute, second, 0).map_err(|_| bad())?;
    // The last two days of the year 9999 lie beyond what a Timestamp holds; "without end" is one of them.
    Ok(TimeZone::UTC.to_timestamp(date.to_datetime(time)).unwrap_or(Timestamp::MAX))
}

/// The form that RFC 5280 asks for: `UTCTime` through 2049, `GeneralizedTime` from 2050. `None` before 1970.
pub(crate) fn to_der_time(at: Timestamp) -> Option<DerTime> {
    let seconds = u64::try_from(at.as_second()).ok()?;
    let date = DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).ok()?;
    let short = UtcTime::from_date_time(date).map(DerTime::UtcTime);
    Some(short.unwrap_or_else(|_| DerTime::GeneralTime(GeneralizedTime::from_date_time(date))))
}

#[cfg(test)]
mod tests {
    use der::{Decode, Encode};

    use super::*;

    fn read(tag: Tag, text: &str) -> Result<Timestamp, CertificateError> {
        read_time(AnyRef::new(tag, text.as_bytes()).unwrap())
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(read(Tag::UtcTime, "240704161059Z").unwrap().to_string(), "2024-07-04T16:10:59Z");
        assert_eq!(read(Tag::UtcTime, "500101000000Z").unwrap().to_string(), "1950-01-01T00:00:00Z");
        assert_eq!(read(Tag::GeneralizedTime, "20590426083715Z").unwrap().to_string(), "2059-04-26T08:37:15Z");
        assert_eq!(read(Tag::GeneralizedTime, "99991231235959Z").unwrap(), Timestamp::MAX);
    }

    #[test]
    fn other_forms_are_refused() {
        let utc = [
            "",
            "Z",
            "2407041610Z",
            "240704161059",
            "240704161059+0100",
            "241304161059Z",
            "240230000000Z",
            "24070416105 Z",
        ];
        for text in utc {
            assert!(read(Tag::UtcTime, text).is_err(), "{text}");
        }
        for text in ["20590426083715.5Z", "590426083715Z", "205904260837Z", "20590426246060Z"] {
            assert!(read(Tag::GeneralizedTime, text).is_err(), "{text}");
        }
        assert!(read(Tag::Utf8String, "240704161059Z").is_err());
    }

    #[test]
    fn written_times_lead_back() {
        for text in ["2026-11-22T00:00:00Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "2066-01-01T00:00:00Z"] {
            let at: Timestamp = text.parse().unwrap();
            let der = to_der_time(at).unwrap().to_der().unwrap();
            assert_eq!(read_time(AnyRef::from_der(&der).unwrap()).unwrap(), at);
            assert_eq!(der[0] == 0x17, text < "2050", "{text}");
        }
        assert!(to_der_time("1969-12-31T23:59:59Z".parse().unwrap()).is_none());
    }
}
