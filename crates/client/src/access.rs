//! How a client shows who it is.

use crate::ClientError;
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

/// What a client shows at a URL that somebody else has chosen: client credentials, a certificate, or both.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// OAuth2 client credentials; without them no token is sent, and the certificate alone says who calls.
    pub credentials: Option<Credentials>,
    /// The certificate for servers that ask for one: those of tokens and of services alike.
    pub certificate: Option<ClientCertificate>,
}

/// A certificate to show to TLS servers, with its private key.
#[derive(Clone)]
pub struct ClientCertificate(reqwest::Identity);

impl ClientCertificate {
    /// Of certificates in PEM, the client's own first, and its private key in PEM (PKCS #8, SEC 1 or PKCS #1).
    ///
    /// # Errors
    /// [`ClientError::Certificate`] when one of the two cannot be read, or they do not belong together.
    pub fn from_pem(chain: &str, key: &str) -> Result<Self, ClientError> {
        let both = Zeroizing::new(format!("{}\n{}", key.trim_end(), chain));
        let refused = |error: reqwest::Error| ClientError::Certificate(cause(&error));
        let identity = reqwest::Identity::from_pem(both.as_bytes()).map_err(refused)?;
        // Whether they belong together shows when a client is made of them.
        let made = reqwest::Client::builder().tls_certs_only([]).identity(identity.clone()).build();
        made.map_err(refused)?;
        Ok(Self(identity))
    }

    pub(crate) fn identity(&self) -> reqwest::Identity {
        self.0.clone()
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate(..)")
    }
}

/// What is behind an error, in the words of the library that knows.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
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
