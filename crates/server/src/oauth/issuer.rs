//! Makes access tokens: JSON Web Tokens, signed with ES256 through the key store.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use opnc_messages::Service;
use opnc_pki::key::{Algorithm, KeyStore, KeyStoreError, PublicKey};
use opnc_services::{Ecosystem, ServiceError};
use serde_json::json;
use uuid::Uuid;

use super::claims::{Confirmation, scope_text};
use super::{Claims, jwks};
use crate::ServerError;

/// The name of the token key in the key store.
const KEY: &str = "oauth";

/// Makes access tokens.
pub(crate) struct Issuer {
    base_url: String,
    lifetime: Duration,
    public_key: PublicKey,
    key_id: String,
}

impl Issuer {
    /// Reads the public half of the token key; makes the key at the first start.
    pub(crate) fn new(ecosystem: &Ecosystem, base_url: &str, lifetime: Duration) -> Result<Self, ServerError> {
        let keys = ecosystem.keys();
        let public_key = load(&*keys).map_err(|error| ServerError::TokenKey(error.into()))?;
        let key_id = jwks::thumbprint(&public_key);
        Ok(Self { base_url: base_url.to_owned(), lifetime, public_key, key_id })
    }

    /// The key that verifies the tokens.
    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// How long a token is valid, in seconds.
    pub(crate) fn lifetime_seconds(&self) -> u64 {
        self.lifetime.as_secs()
    }

    /// A token for the party's client; where it has shown a certificate instead of a secret, bound to it by its hash.
    pub(crate) fn issue(
        &self,
        ecosystem: &Ecosystem,
        party: Uuid,
        client_id: &str,
        scopes: &[Service],
        bound_to: Option<[u8; 32]>,
    ) -> Result<String, ServiceError> {
        let now = ecosystem.now().as_second();
        let claims = Claims {
            iss: self.base_url.clone(),
            aud: self.base_url.clone(),
            sub: party,
            client_id: client_id.to_owned(),
            scope: scope_text(scopes),
            iat: now,
            exp: now.saturating_add_unsigned(self.lifetime_seconds()),
            jti: ecosystem.new_id(),
            cnf: bound_to.map(Confirmation::new),
        };
        self.sign(&*ecosystem.keys(), &claims)
    }

    /// The compact serialisation of RFC 7515, 3.1; the signature is `r || s` as RFC 7518, 3.4 wants it.
    fn sign(&self, keys: &dyn KeyStore, claims: &Claims) -> Result<String, ServiceError> {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.key_id });
        let claims = serde_json::to_vec(claims).map_err(ServiceError::internal)?;
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        token.push_str(&BASE64_URL_SAFE_NO_PAD.encode(claims));
        let signature = keys.sign(KEY, token.as_bytes()).map_err(ServiceError::internal)?;
        token.push('.');
        token.push_str(&BASE64_URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }
}

/// Two replicas can start for the first time at once: who comes second reads what the first has made.
fn load(keys: &dyn KeyStore) -> Result<PublicKey, KeyStoreError> {
    match keys.public_key(KEY) {
        Err(KeyStoreError::NotFound(_)) => match keys.generate(KEY, Algorithm::Secp256r1) {
            Err(KeyStoreError::AlreadyExists(_)) => keys.public_key(KEY),
            made => made,
        },
        found => found,
    }
}
