//! Entity tags (RFC 9110, 8.8.3): who has an answer already is told so in a line.

use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;

/// Whether a request is for something else than what has this tag, which stands in quotes.
pub(crate) fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let asked = request.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    asked.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_of_several_strong_or_weak_or_any() {
        let known = |text: &'static str| {
            is_known(&HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static(text))]), "\"a1\"")
        };
        assert!(["\"a1\"", "W/\"a1\"", "\"b\", \"a1\"", "*"].into_iter().all(known));
        assert!(!["", "a1", "\"a\"", "\"a1"].into_iter().any(known));
        assert!(!is_known(&HeaderMap::new(), "\"a1\""));
    }
}
