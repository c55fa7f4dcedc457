//! Tokens for client credentials, each kept until shortly before it expires.
//!
//! Whoever finds no token has one fetched while the others wait for it: a burst of calls asks the token endpoint once. It is
//! fetched in a task of its own: who stops waiting, for an answer from elsewhere or because its time is over, takes the token
//! from nobody.

use crate::ClientError;
use crate::access::Credentials;
use crate::client::{MAX_ANSWER, read_body};
use jiff::{SignedDuration, Timestamp};
use opnc_pki::Clock;
use reqwest::{Url, header};
use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The token of one set of credentials.
pub(crate) struct TokenCache {
    credentials: Credentials,
    url: Url,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// What comes of the fetching that is under way.
    fetching: Option<watch::Receiver<Option<Fetched>>>,
}

/// A token, or why there is none.
type Fetched = Result<Arc<str>, NoToken>;

/// Why there is no token, for all who wait for it.
#[derive(Clone)]
enum NoToken {
    Refused { status: u16, reason: String },
    Failed(String),
}

impl From<NoToken> for ClientError {
    fn from(why: NoToken) -> Self {
        match why {
            NoToken::Refused { status, reason } => Self::Token { status, reason },
            NoToken::Failed(why) => Self::NoToken(why),
        }
    }
}

impl From<ClientError> for NoToken {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Token { status, reason } => Self::Refused { status, reason },
            other => Self::Failed(other.to_string()),
        }
    }
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
        Self { credentials, url, clock, state: Mutex::default() }
    }

    /// The present token, fetched if there is none.
    pub(crate) async fn token(self: &Arc<Self>, http: &reqwest::Client) -> Result<Arc<str>, ClientError> {
        let mut fetching = {
            let mut state = self.state();
            if let Some(held) = state.held.as_ref().filter(|held| self.clock.now() < held.renew_at) {
                return Ok(Arc::clone(&held.token));
            }
            match &state.fetching {
                // One that has ended without a word is none.
                Some(fetching) if fetching.has_changed().is_ok() => fetching.clone(),
                _ => {
                    let (done, fetching) = watch::channel(None);
                    state.fetching = Some(fetching.clone());
                    let (this, http) = (Arc::clone(self), http.clone());
                    tokio::spawn(async move {
                        let fetched = this.renew(&http).await.map_err(NoToken::from);
                        this.state().fetching = None;
                        done.send_replace(Some(fetched));
                    });
                    fetching
                }
            }
        };
        let fetched = fetching.wait_for(Option::is_some).await;
        let fetched = fetched.ok().and_then(|fetched| fetched.clone());
        let fetched = fetched.unwrap_or_else(|| Err(NoToken::Failed("its fetching was cut off".to_owned())));
        Ok(fetched?)
    }

    async fn renew(&self, http: &reqwest::Client) -> Result<Arc<str>, ClientError> {
        let now = self.clock.now();
        let answer = self.fetch(http).await?;
        let lifetime = answer.expires_in.unwrap_or(DEFAULT_LIFETIME).clamp(0, MAX_LIFETIME);
        let kept = SignedDuration::from_secs(lifetime - MARGIN.min(lifetime / 4));
        let token: Arc<str> = answer.access_token.into();
        let renew_at = now.checked_add(kept).unwrap_or(now);
        self.state().held = Some(Held { token: Arc::clone(&token), renew_at });
        Ok(token)
    }

    /// Drops a token that the service no longer accepts, but not one that somebody else has fetched in its place.
    pub(crate) fn forget(&self, token: &str) {
        let held = &mut self.state().held;
        if held.as_ref().is_some_and(|held| &*held.token == token) {
            *held = None;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
