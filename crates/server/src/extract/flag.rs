//! Headers that are true or false.

use axum::http::HeaderMap;
use opnc_messages::header::read_flag;

use crate::error::Refusal;

/// The header's value, in any case; `default` when it was not sent.
pub(crate) fn flag(headers: &HeaderMap, name: &str, default: bool) -> Result<bool, Refusal> {
    match headers.get(name) {
        None => Ok(default),
        // What is not text is neither true nor false.
        Some(value) => {
            read_flag(name, value.to_str().unwrap_or_default()).map_err(|problem| Refusal::invalid(vec![problem]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, StatusCode};
    use opnc_messages::header::ALWAYS_RETURN_EXI;

    #[test]
    fn any_case_and_a_default() {
        let read = |value: &[u8]| {
            let name = axum::http::HeaderName::from_static("alwaysreturnexi");
            flag(&HeaderMap::from_iter([(name, HeaderValue::from_bytes(value).unwrap())]), ALWAYS_RETURN_EXI, true)
        };
        assert!(flag(&HeaderMap::new(), ALWAYS_RETURN_EXI, true).unwrap());
        assert!(!read(b"FALSE").unwrap());
        assert!(read(b"True").unwrap());
        for wrong in [&b"no"[..], b"", b"\xff"] {
            assert_eq!(read(wrong).unwrap_err().status, StatusCode::BAD_REQUEST);
        }
    }
}
