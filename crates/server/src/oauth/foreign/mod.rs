//! Access tokens of other issuers, for parties that are here.
//!
//! The token names its issuer, and with it the only keys, algorithms and audiences that it may have. Everything a
//! stranger can make us do is bounded: a token is short, keys are fetched once for all who wait and not again soon, and
//! what is fetched has a size, a number and a time.

mod claim;
mod keys;
mod source;

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use opnc_client::outbound::Outbound;
use opnc_services::{Ecosystem, ServiceError, parties};
use opnc_store::{credentials, parties as rows};
use serde_json::Value;
use uuid::Uuid;

use super::claims::services_of;
use super::tokens::Identity;
use super::{TokenError, claims};
use crate::config::{IssuerConfig, TokenAlgorithm};
use crate::error::Refusal;
use keys::Keys;

/// Longer tokens are refused: those with many claims have about 4,000 characters.
const LONGEST_TOKEN: usize = 16 * 1024;
/// How far the clock of an issuer may be ahead of ours, in seconds.
const AHEAD: i64 = 60;

/// One other issuer.
pub(super) struct ForeignIssuer {
    config: IssuerConfig,
    rules: Validation,
    keys: Keys,
}

/// The issuer that a token names, of whatever worth it is.
pub(super) fn issuer_of(token: &str) -> Option<String> {
    if token.len() > LONGEST_TOKEN {
        return None;
    }
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("iss")?.as_str()?.to_owned())
}

impl ForeignIssuer {
    pub(super) fn new(config: IssuerConfig, outbound: Outbound) -> Self {
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[&config.issuer]);
        rules.set_audience(&config.audience);
        rules.required_spec_claims = HashSet::from(["exp", "iss", "aud"].map(str::to_owned));
        // The library would ask the machine's clock; the ecosystem's is asked below.
        rules.validate_exp = false;
        let keys = Keys::new(&config, outbound);
        Self { config, rules, keys }
    }

    /// Whether it is the one of this name.
    pub(super) fn is(&self, issuer: &str) -> bool {
        self.config.issuer == issuer
    }

    /// Whom a token of this issuer stands for.
    pub(super) async fn verify(&self, ecosystem: &Ecosystem, token: &str) -> Result<Identity, Refusal> {
        let now = ecosystem.now();
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        if !self.config.algorithms.iter().any(|allowed| library(*allowed) == header.alg) {
            return Err(TokenError::Invalid.into());
        }
        let key = self.keys.find(header.kid.as_deref(), header.alg, now).await.ok_or(TokenError::Invalid)?;
        // One algorithm, of the issuer's list and of the key's kind: neither the header nor the key chooses alone.
        let rules = Validation { algorithms: vec![header.alg], ..self.rules.clone() };
        let decoded = jsonwebtoken::decode::<Value>(token, &key, &rules).map_err(|_| TokenError::Invalid)?;
        let claims = decoded.claims;
        let time = |name: &str| claims.get(name).and_then(Value::as_f64);
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        let (now, ahead) = (now.as_second() as f64, AHEAD as f64);
        if time("exp").is_none_or(|exp| exp <= now) {
            return Err(TokenError::Expired.into());
        }
        if ["nbf", "iat"].into_iter().filter_map(time).any(|begin| begin > now + ahead) {
            return Err(TokenError::Invalid.into());
        }
        let party = self.party(ecosystem, &claims).await?.ok_or(TokenError::Party)?;
        let scopes = self.scopes(ecosystem, party, &claims).await?;
        let bound_to = claims.get("cnf").and_then(|cnf| cnf.get("x5t#S256")).and_then(Value::as_str);
        let bound_to = bound_to.map(|hash| claims::Confirmation::of(hash).hash());
        Ok(Identity { party, scopes, bound_to, foreign: true })
    }

    /// The party that the claim means; several values must mean the same.
    async fn party(&self, ecosystem: &Ecosystem, claims: &Value) -> Result<Option<Uuid>, ServiceError> {
        let values = claim::texts(claims, &self.config.claim);
        let mut named = values.iter().filter_map(|value| self.config.parties.get(*value));
        let Some(first) = named.next().filter(|first| named.all(|other| other == *first)) else { return Ok(None) };
        if let Ok(id) = first.parse() {
            return Ok(Some(id));
        }
        let mut reader = ecosystem.store().read().await?;
        Ok(credentials::find(&mut reader, first).await?.map(|client| client.party_id))
    }

    async fn scopes(
        &self,
        ecosystem: &Ecosystem,
        party: Uuid,
        claims: &Value,
    ) -> Result<Vec<opnc_messages::Service>, ServiceError> {
        let row = rows::find(&mut ecosystem.store().read().await?, party).await?;
        let mut scopes = row.map(|row| parties::scopes_of(row.role)).unwrap_or_default();
        if let Some(path) = &self.config.scope_claim {
            let names = claim::texts(claims, path);
            let granted: Vec<_> =
                names.iter().flat_map(|text| text.split(' ')).filter_map(services_of).flatten().collect();
            scopes.retain(|scope| granted.contains(scope));
        }
        Ok(scopes)
    }
}

fn library(algorithm: TokenAlgorithm) -> Algorithm {
    match algorithm {
        TokenAlgorithm::RS256 => Algorithm::RS256,
        TokenAlgorithm::ES256 => Algorithm::ES256,
        TokenAlgorithm::EdDSA => Algorithm::EdDSA,
    }
}
