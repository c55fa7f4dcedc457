//! What is asked of the token endpoint: parameters in a form or, because many clients send that, in JSON.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::Value;

use crate::error::Refusal;

/// The parameters of a token request. None comes twice (RFC 6749, 3.2), and an empty one counts as absent (3.1).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TokenRequest {
    parameters: BTreeMap<String, String>,
}

impl TokenRequest {
    /// Reads the body by its content type.
    pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Self, Refusal> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Self::form(body)
        } else if media_type.eq_ignore_ascii_case("application/json") {
            Self::json(body)
        } else {
            Err(invalid("Send the parameters as application/x-www-form-urlencoded or application/json."))
        }
    }

    fn form(body: &[u8]) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(invalid("A parameter is there more than once."));
            }
        }
        Ok(Self { parameters })
    }

    fn json(body: &[u8]) -> Result<Self, Refusal> {
        let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
            return Err(invalid("The body is not a JSON object."));
        };
        let mut parameters = BTreeMap::new();
        for (name, value) in members {
            match value {
                Value::String(text) => drop(parameters.insert(name, text)),
                Value::Null => {}
                _ => return Err(invalid("Every parameter must be a string.")),
            }
        }
        Ok(Self { parameters })
    }

    /// A parameter that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// `invalid_request` of RFC 6749, 5.2.
pub(super) fn invalid(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message).oauth("invalid_request")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn forms_and_json_say_the_same() {
        let form = TokenRequest::read(FORM, b"grant_type=client_credentials&scope=rcp+pcp&client_id=a%2Db").unwrap();
        let json = br#"{"grant_type": "client_credentials", "scope": "rcp pcp", "client_id": "a-b", "more": null}"#;
        assert_eq!(form, TokenRequest::read("application/JSON; charset=utf-8", json).unwrap());
        assert_eq!(form.get("scope"), Some("rcp pcp"));
        assert_eq!(TokenRequest::read(FORM, b"scope=").unwrap().get("scope"), None);
    }

    #[test]
    fn what_is_neither_is_refused() {
        for (content_type, body) in [
            (FORM, &b"scope=a&scope=b"[..]),
            ("application/json", b"[]"),
            ("application/json", b"{\"scope\": 1}"),
            ("application/json", b"{"),
            ("text/plain", b"scope=a"),
            ("", b""),
        ] {
            let refusal = TokenRequest::read(content_type, body).unwrap_err();
            assert_eq!(refusal.status, StatusCode::BAD_REQUEST, "{content_type}");
        }
    }
}
