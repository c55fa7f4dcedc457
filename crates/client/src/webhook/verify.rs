//! What a receiver does with what came: is it from the ecosystem, is it whole, is it of now?

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use super::signature::{OPERATOR_SIGNATURE, PAYLOAD_SIGNATURE, PREVIOUS_SIGNATURE, Signature};

/// How far the time in an event may be from that of its receiver, unless something else is said. Each attempt at a
/// delivery has a time of its own, so that a retry hours later passes as well.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// An event that is what the ecosystem has sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id, the same in every delivery of it. Deliveries are at least once: whoever keeps the ids that were dealt with
    /// can leave out the second.
    pub id: Uuid,
    /// What happened, such as `oem.contract.created`; `eventType` in the body.
    pub kind: String,
    /// When this delivery was sent.
    pub timestamp: Timestamp,
    /// The whole body.
    pub body: Value,
}

/// Why something that came is not dealt with. None of it tells what the right signature would be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// No header carries a signature of the right form.
    #[error("there is no signature: neither {OPERATOR_SIGNATURE} nor {PAYLOAD_SIGNATURE} holds 64 hexadecimal digits")]
    Unsigned,
    /// Another secret, or another body.
    #[error("no signature fits this body and this secret")]
    WrongSignature,
    /// Signed, but not an event.
    #[error("the body is no event: {0}")]
    Unreadable(String),
    /// Too old, which may be a repetition by somebody who listened, or of the future.
    #[error("the event is of {timestamp}, more than {window:#} from {now}, the time here")]
    OutsideWindow {
        /// The time in the event.
        timestamp: Timestamp,
        /// The time here.
        now: Timestamp,
        /// How far they may be apart.
        window: SignedDuration,
    },
}

/// Checks what came at a receiver, whose clock shows `now`: its signature over `body`, the bytes as they came, and that
/// it is of now ([`WINDOW`]). `headers` are all headers of the request, `secret` is that of the endpoint as it was shown.
///
/// While a secret is exchanged the ecosystem signs with both, and either is accepted here.
///
/// # Errors
/// [`VerifyError`]; answer 400 then, and do nothing else.
pub fn verify<N: AsRef<str>, V: AsRef<[u8]>>(
    headers: impl IntoIterator<Item = (N, V)>,
    body: &[u8],
    secret: &str,
    now: Timestamp,
) -> Result<Event, VerifyError> {
    verify_within(headers, body, secret, now, WINDOW)
}

/// The same with another window.
///
/// # Errors
/// As [`verify`].
pub fn verify_within<N: AsRef<str>, V: AsRef<[u8]>>(
    headers: impl IntoIterator<Item = (N, V)>,
    body: &[u8],
    secret: &str,
    now: Timestamp,
    window: SignedDuration,
) -> Result<Event, VerifyError> {
    let signatures: Vec<Signature> =
        headers.into_iter().filter_map(|(name, value)| signature(name.as_ref(), value.as_ref())).collect();
    if signatures.is_empty() {
        return Err(VerifyError::Unsigned);
    }
    let right = Signature::of(secret, body);
    if !signatures.iter().any(|signature| signature.matches(&right)) {
        return Err(VerifyError::WrongSignature);
    }
    let event = read(body)?;
    if event.timestamp.duration_since(now).abs() > window {
        return Err(VerifyError::OutsideWindow { timestamp: event.timestamp, now, window });
    }
    Ok(event)
}

fn signature(name: &str, value: &[u8]) -> Option<Signature> {
    let is_one = [OPERATOR_SIGNATURE, PAYLOAD_SIGNATURE, PREVIOUS_SIGNATURE]
        .iter()
        .any(|header| header.eq_ignore_ascii_case(name));
    if !is_one {
        return None;
    }
    Signature::parse(std::str::from_utf8(value).ok()?)
}

fn read(body: &[u8]) -> Result<Event, VerifyError> {
    let body: Value = serde_json::from_slice(body).map_err(|error| VerifyError::Unreadable(error.to_string()))?;
    let text = |key: &str| {
        let value = body.get(key).and_then(Value::as_str);
        value.ok_or_else(|| VerifyError::Unreadable(format!("{key} is missing")))
    };
    let id = Uuid::try_parse(text("eventId")?);
    let id = id.map_err(|_| VerifyError::Unreadable("eventId is no UUID".to_owned()))?;
    let timestamp = text("timestamp")?.parse();
    let timestamp = timestamp.map_err(|_| VerifyError::Unreadable("timestamp is no time".to_owned()))?;
    let kind = text("eventType")?.to_owned();
    Ok(Event { id, kind, timestamp, body })
}

#[cfg(test)]
mod tests {
    use super::super::{Style, headers};
    use super::*;

    const SECRET: &str = "a secret as it was shown";
    const SENT: &str = "2026-06-01T12:00:00Z";

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn body() -> Vec<u8> {
        let id = "0197a0c0-0000-7000-8000-000000000001";
        format!(r#"{{"eventId":"{id}","eventType":"root.cert.added","timestamp":"{SENT}","payload":{{}}}}"#)
            .into_bytes()
    }

    #[test]
    fn an_event_of_now_is_read() {
        let body = body();
        for style in [Style::Prefixed, Style::Bare] {
            let event =
                verify(headers(&body, SECRET, None, style), &body, SECRET, time("2026-06-01T12:04:59Z")).unwrap();
            assert_eq!((event.kind.as_str(), event.timestamp), ("root.cert.added", time(SENT)));
            assert_eq!(event.id.to_string(), "0197a0c0-0000-7000-8000-000000000001");
            assert_eq!(event.body["payload"], serde_json::json!({}));
        }
    }

    #[test]
    fn one_header_is_enough_whatever_its_case() {
        let body = body();
        let value = Signature::of(SECRET, &body).to_string();
        let owned = [("X-OPERATOR-SIGNATURE".to_owned(), value.clone().into_bytes())];
        assert!(verify(owned, &body, SECRET, time(SENT)).is_ok());
        assert!(verify([("Payload-Signature", value.as_str())], &body, SECRET, time(SENT)).is_ok());
        let other = [("signature", value.as_str()), ("host", "here")];
        assert_eq!(verify(other, &body, SECRET, time(SENT)), Err(VerifyError::Unsigned));
    }

    #[test]
    fn either_secret_is_right_while_they_are_exchanged() {
        let body = body();
        let sent = headers(&body, "the new one", Some(SECRET), Style::Prefixed);
        for secret in ["the new one", SECRET] {
            assert!(verify(sent.clone(), &body, secret, time(SENT)).is_ok(), "{secret}");
        }
        assert_eq!(verify(sent.clone(), &body, "another", time(SENT)), Err(VerifyError::WrongSignature));
    }

    #[test]
    fn each_changed_byte_is_seen() {
        let body = body();
        let sent = headers(&body, SECRET, None, Style::Prefixed);
        for place in 0..body.len() {
            let mut changed = body.clone();
            changed[place] ^= 1;
            assert_eq!(
                verify(sent.clone(), &changed, SECRET, time(SENT)),
                Err(VerifyError::WrongSignature),
                "byte {place}"
            );
        }
        assert_eq!(verify(sent.clone(), &body[1..], SECRET, time(SENT)), Err(VerifyError::WrongSignature));
    }

    #[test]
    fn what_is_old_or_of_the_future_is_refused() {
        let body = body();
        let sent = headers(&body, SECRET, None, Style::Prefixed);
        for (now, passes) in [
            ("2026-06-01T11:54:59Z", false),
            ("2026-06-01T11:55:00Z", true),
            ("2026-06-01T12:05:00Z", true),
            ("2026-06-01T12:05:01Z", false),
        ] {
            let result = verify(sent.clone(), &body, SECRET, time(now));
            assert_eq!(result.is_ok(), passes, "{now}");
            if let Err(error) = result {
                assert!(matches!(error, VerifyError::OutsideWindow { .. }), "{error}");
                assert!(error.to_string().contains("5m"), "{error}");
            }
        }
        let wide = SignedDuration::from_hours(24);
        assert!(verify_within(sent.clone(), &body, SECRET, time("2026-06-02T11:00:00Z"), wide).is_ok());
    }

    #[test]
    fn what_is_signed_and_no_event_is_named() {
        for (body, problem) in [
            ("", "EOF"),
            ("[]", "eventId is missing"),
            (r#"{"eventId":"1"}"#, "eventId is no UUID"),
            (r#"{"eventId":"0197a0c0-0000-7000-8000-000000000001","timestamp":"now"}"#, "timestamp is no time"),
            (
                r#"{"eventId":"0197a0c0-0000-7000-8000-000000000001","timestamp":"2026-06-01T12:00:00Z"}"#,
                "eventType is missing",
            ),
        ] {
            let sent = headers(body.as_bytes(), SECRET, None, Style::Prefixed);
            let error = verify(sent.clone(), body.as_bytes(), SECRET, time(SENT)).unwrap_err().to_string();
            assert!(error.contains(problem), "{body}: {error}");
        }
    }
}
