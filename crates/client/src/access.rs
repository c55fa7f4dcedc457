//! How a client shows who it is.

use std::fmt;
use zeroize::Zeroizing;

/// What a client gets in with.
#[derive(Debug, Clone)]
pub enum Access {
    /// OAuth2 client credentials, exchanged for tokens as needed.
    Credentials(Credentials),
    /// A token from elsewhere, used as it is.
    Bearer(Secret),
}

impl Access {
    /// The credentials that the operator gave to a party.
    pub fn credentials(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self::Credentials(Credentials {
            client_id: client_id.into(),
            client_secret: Secret(Zeroizing::new(client_secret.into())),
            token_url: None,
        })
    }

    /// A token from elsewhere.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::Bearer(Secret(Zeroizing::new(token.into())))
    }
}

/// OAuth2 client credentials (RFC 6749, section 4.4).
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Secret,
    /// Where tokens are issued; `/oauth2/token` below the base URL when it is not said.
    pub token_url: Option<String>,
}

/// A text that is wiped from memory after use and not shown in debug output.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
