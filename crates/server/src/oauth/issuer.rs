//! Makes access tokens: JSON Web Tokens, signed with ES256 through the key store.

use std::time::Duration;

use opnc_client::signed::{VerifyingKey, compact};
use opnc_messages::Service;
use opnc_pki::key::{Algorithm, KeyStore, KeyStoreError, PublicKey};
use opnc_services::{Ecosystem, ServiceError, identity};
use uuid::Uuid;

use super::Claims;
use super::claims::{Confirmation, scope_text};
use crate::ServerError;

/// The name of the token key in the key store.
const KEY: &str = "oauth";

/// Makes access tokens.
pub(crate) struct Issuer {
    base_url: String,
    lifetime: Duration,
    key: VerifyingKey,
}

impl Issuer {
    /// Reads the public half of the token key; makes the key at the first start.
    pub(crate) fn new(ecosystem: &Ecosystem, base_url: &str, lifetime: Duration) -> Result<Self, ServerError> {
        let keys = ecosystem.keys();
        let key = load(&*keys).map_err(|error| ServerError::TokenKey(error.into()))?;
        let key = VerifyingKey::new(key).map_err(|error| ServerError::TokenKey(error.into()))?;
        Ok(Self { base_url: base_url.to_owned(), lifetime, key })
    }

    /// Writes down which key it is. Where tokens were signed with another one before, that key was lost or replaced, or
    /// replicas have different ones: nobody shall have to guess why tokens are refused.
    pub(crate) async fn remember(&self, ecosystem: &Ecosystem) -> Result<(), ServerError> {
        let before =
            identity::token_key(ecosystem, self.key.id()).await.map_err(|error| ServerError::TokenKey(error.into()))?;
        if let Some(before) = before {
            tracing::warn!(
                before,
                now = self.key.id(),
                "the key that signs access tokens (oauth.pem in the folder of the keys) is not the one of the last start: it \
                 was lost or replaced, or replicas have different keys; tokens that the other key signed are refused"
            );
        }
        Ok(())
    }

    /// The key that verifies the tokens.
    pub(crate) fn key(&self) -> &VerifyingKey {
        &self.key
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

    fn sign(&self, keys: &dyn KeyStore, claims: &Claims) -> Result<String, ServiceError> {
        let claims = serde_json::to_vec(claims).map_err(ServiceError::internal)?;
        compact("JWT", self.key.id(), &claims, |message| keys.sign(KEY, message)).map_err(ServiceError::internal)
    }
}

/// The id of the key that signs access tokens; `None` before it is made.
///
/// # Errors
/// [`KeyStoreError`] when it is there and cannot be read.
pub fn token_key(keys: &dyn KeyStore) -> Result<Option<String>, KeyStoreError> {
    match keys.public_key(KEY) {
        Err(KeyStoreError::NotFound(_)) => Ok(None),
        found => Ok(VerifyingKey::new(found?).ok().map(|key| key.id().to_owned())),
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
