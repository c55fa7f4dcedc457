//! Verifies access tokens.

use std::collections::HashSet;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use opnc_client::signed::VerifyingKey;
use opnc_pki::key::sha256;

use super::Claims;
use super::cache::TokenCache;
use crate::ServerError;

/// Longer ones are not ours.
const LONGEST_TOKEN: usize = 4096;

/// Verifies access tokens, and remembers those that are good.
pub(crate) struct Verifier {
    key: DecodingKey,
    rules: Validation,
    cache: TokenCache,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// Not made here, or changed on the way.
    #[error("The access token is not valid here.")]
    Invalid,
    /// Good once.
    #[error("The access token has expired.")]
    Expired,
    /// Good, of another issuer, for nobody here.
    #[error("The access token names no party of this ecosystem.")]
    Party,
}

impl Verifier {
    /// A verifier of tokens that `key` signed, made by and for `base_url`.
    pub(crate) fn new(key: &VerifyingKey, base_url: &str) -> Result<Self, ServerError> {
        let (x, y) = key.coordinates();
        let key = DecodingKey::from_ec_components(&x, &y).map_err(|error| ServerError::TokenKey(error.into()))?;
        // One algorithm: a header cannot choose "none", nor HMAC with the public key as the secret.
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_issuer(&[base_url]);
        rules.set_audience(&[base_url]);
        rules.required_spec_claims = HashSet::from(["exp", "iss", "aud", "sub"].map(str::to_owned));
        // The library would ask the machine's clock; the ecosystem's is asked below.
        rules.validate_exp = false;
        Ok(Self { key, rules, cache: TokenCache::default() })
    }

    /// What a token says, if it is good at this time.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        if token.len() > LONGEST_TOKEN {
            return Err(TokenError::Invalid);
        }
        let hash = sha256(token.as_bytes());
        let claims = match self.cache.get(&hash) {
            Some(claims) => claims,
            None => {
                let decoded = jsonwebtoken::decode::<Claims>(token, &self.key, &self.rules);
                let claims = decoded.map_err(|_| TokenError::Invalid)?.claims;
                self.cache.put(hash, claims.clone(), now);
                claims
            }
        };
        if claims.exp <= now.as_second() { Err(TokenError::Expired) } else { Ok(claims) }
    }
}
