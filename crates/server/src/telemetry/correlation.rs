//! The headers by which callers find their own requests again (P8).

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use super::request::Trace;

/// Carried along through every call that one event has caused.
pub(super) const CORRELATION_ID: HeaderName = HeaderName::from_static("opnc-correlation-id");
/// Names one call.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("opnc-request-id");
/// The number under which the operator finds the request in the log.
pub(super) const TRACE_ID: HeaderName = HeaderName::from_static("opnc-trace-id");

/// Longer ids are replaced: they stand in every log line.
const LONGEST: usize = 128;

/// The two ids of a request: as the caller sent them or, where it sent none that can be echoed, its trace id.
pub(super) struct Correlation {
    pub(super) correlation: HeaderValue,
    pub(super) request: HeaderValue,
}

impl Correlation {
    pub(super) fn of(headers: &HeaderMap, trace: Uuid) -> Self {
        let id = |name| headers.get(name).filter(|value| is_fit(value)).cloned().unwrap_or_else(|| trace_value(trace));
        Self { correlation: id(&CORRELATION_ID), request: id(&REQUEST_ID) }
    }
}

/// The correlation id of a request, to go along with the calls that it causes.
pub(crate) fn correlation_id(headers: &HeaderMap, trace: Trace) -> String {
    let sent = Correlation::of(headers, trace.0).correlation;
    sent.to_str().unwrap_or_default().to_owned()
}

/// A trace id as a header.
pub(super) fn trace_value(trace: Uuid) -> HeaderValue {
    HeaderValue::from_str(&trace.to_string()).unwrap_or(HeaderValue::from_static(""))
}

/// Visible ASCII, not too long.
fn is_fit(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    (1..=LONGEST).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_fit_is_replaced() {
        let trace = Uuid::from_u128(7);
        let echoed = |value: &[u8]| {
            let headers = HeaderMap::from_iter([(CORRELATION_ID, HeaderValue::from_bytes(value).unwrap())]);
            Correlation::of(&headers, trace).correlation
        };
        assert_eq!(echoed(b"my-id/42"), "my-id/42");
        assert_eq!(echoed(&[b'x'; LONGEST]), [b'x'; LONGEST].as_slice());
        for unfit in [&b""[..], b"a b", b"\xe4", &[b'x'; LONGEST + 1]] {
            assert_eq!(echoed(unfit), trace.to_string());
        }
        assert_eq!(Correlation::of(&HeaderMap::new(), trace).request, trace.to_string());
    }
}
