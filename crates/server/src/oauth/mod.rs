//! Access tokens (OAuth 2.0 client credentials, RFC 6749, 4.4): how they are asked for, made and verified.

mod cache;
mod claims;
mod credentials;
mod foreign;
mod issuer;
mod jwks;
mod metadata;
mod request;
mod token;
mod tokens;
mod verifier;

pub(crate) use claims::Claims;
pub(crate) use credentials::{BASIC, ClientCredentials, unknown_client};
pub(crate) use issuer::Issuer;
pub use issuer::token_key;
pub(crate) use jwks::key_set;
pub(crate) use metadata::metadata;
pub(crate) use token::token;
pub(crate) use tokens::Tokens;
pub(crate) use verifier::{TokenError, Verifier};

/// Where tokens are asked for, below the base URL.
pub(crate) const TOKEN_PATH: &str = "/oauth2/token";
/// Where the key that verifies tokens is published, below the base URL.
pub(crate) const JWKS_PATH: &str = "/oauth2/jwks.json";
/// Where clients find the two (RFC 8414, 3).
pub(crate) const METADATA_PATH: &str = "/.well-known/oauth-authorization-server";
