//! Tokens for client credentials, each kept until shortly before it expires.
//!
//! Whoever finds no token fetches one while the others wait for it: a burst of calls asks the token endpoint once.

use crate::ClientError;
use crate::access::Credentials;
use crate::client::{MAX_ANSWER, read_body};
use jiff::{SignedDuration, Timestamp};
use opnc_pki::Clock;
use reqwest::{Url, header};
use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The token of one set of credentials.
pub(crate) struct TokenCache {
    credentials: Credentials,
    url: Url,
    clock: Arc<dyn Clock>,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Arc<str>,
    /// From then on a new one is fetched.
    renew_at: Timestamp,
}

/// What a token endpoint answers (RFC 6749, section 5.1).
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<i64>,
}

/// What a token endpoint answers when it refuses (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
    error_description: Option<String>,
}

/// Seconds that a token is good for when its issuer does not say.
const DEFAULT_LIFETIME: i64 = 60;
/// No token is kept longer than a day.
const MAX_LIFETIME: i64 = 24 * 60 * 60;
/// Seconds before its end at which a token is renewed, or a quarter of its life if that is less.
const MARGIN: i64 = 30;

impl TokenCache {
    pub(crate) fn new(credentials: Credentials, url: Url, clock: Arc<dyn Clock>) -> Self {
        Self { credentials, url, clock, held: Mutex::new(None) }
    }

    /// The present token, fetched if there is none.
    pub(crate) async fn token(&self, http: &reqwest::Client) -> Result<Arc<str>, ClientError> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if let Some(held) = held.as_ref().filter(|held| now < held.renew_at) {
            return Ok(Arc::clone(&held.token));
        }
        let answer = self.fetch(http).await?;
        let lifetime = answer.expires_in.unwrap_or(DEFAULT_LIFETIME).clamp(0, MAX_LIFETIME);
        let kept = SignedDuration::from_secs(lifetime - MARGIN.min(lifetime / 4));
        let token: Arc<str> = answer.access_token.into();
        let renew_at = now.checked_add(kept).unwrap_or(now);
        *held = Some(Held { token: Arc::clone(&token), renew_at });
        Ok(token)
    }

    /// Drops a token that the service no longer accepts, but not one that somebody else has fetched in its place.
    pub(crate) async fn forget(&self, token: &str) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| &*held.token == token) {
            *held = None;
        }
    }

    async fn fetch(&self, http: &reqwest::Client) -> Result<TokenAnswer, ClientError> {
        let user = form_encode(&self.credentials.client_id);
        let password = form_encode(self.credentials.client_secret.as_str());
        let response = http
            .post(self.url.clone())
            .basic_auth(user, Some(password))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body("grant_type=client_credentials")
            .send()
            .await?;
        let status = response.status();
        let body = read_body(response, MAX_ANSWER).await?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|error| ClientError::Token { status: status.as_u16(), reason: error.to_string() });
        }
        let reason = match serde_json::from_slice::<TokenRefusal>(&body) {
            Ok(TokenRefusal { error, error_description: Some(description) }) => format!("{error}: {description}"),
            Ok(TokenRefusal { error, .. }) => error,
            Err(_) => crate::client::start_of(&body),
        };
        Err(ClientError::Token { status: status.as_u16(), reason })
    }
}

/// The encoding that RFC 6749, section 2.3.1 asks for before credentials go into HTTP Basic.
fn form_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._*".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_form_encoded() {
        assert_eq!(form_encode("oem-a_1.x"), "oem-a_1.x");
        assert_eq!(form_encode("a:b+c/ä"), "a%3Ab%2Bc%2F%C3%A4");
    }
}
