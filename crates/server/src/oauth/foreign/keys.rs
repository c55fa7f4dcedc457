//! The keys of an issuer, fetched when they are needed: once for all who wait, and not again soon.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use opnc_client::outbound::Outbound;
use serde_json::Value;
use tokio::sync::Mutex;

use super::source::key_set;
use crate::config::IssuerConfig;

/// Keys of an issuer; more is no key set but an attack.
const MOST_KEYS: usize = 100;
/// After this time keys are fetched again: one that the issuer has withdrawn is out then.
const FRESH: SignedDuration = SignedDuration::from_mins(60);
/// While the issuer cannot be reached, its last keys are good for this time.
const GOOD: SignedDuration = SignedDuration::from_hours(24);
/// Between two fetches, whatever tokens say.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// The keys of one issuer.
pub(super) struct Keys {
    issuer: String,
    jwks_uri: Option<String>,
    outbound: Outbound,
    known: ArcSwapOption<Known>,
    /// When keys were asked for last; held while they are.
    asked: Mutex<Option<Timestamp>>,
}

struct Known {
    keys: Vec<Key>,
    fetched_at: Timestamp,
}

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Keys {
    pub(super) fn new(config: &IssuerConfig, outbound: Outbound) -> Self {
        Self {
            issuer: config.issuer.clone(),
            jwks_uri: config.jwks_uri.clone(),
            outbound,
            known: ArcSwapOption::empty(),
            asked: Mutex::new(None),
        }
    }

    /// The key of this id for this algorithm. An unknown id, or keys that are old, make us ask the issuer.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm, now: Timestamp) -> Option<DecodingKey> {
        let known = self.known.load_full();
        let found = known.as_ref().and_then(|known| known.find(id, algorithm, now));
        let fresh = known.as_ref().is_some_and(|known| known.age(now) < FRESH);
        if found.is_some() && fresh {
            return found;
        }
        // With a key in hand nobody waits for another who asks already.
        let asked = match &found {
            Some(_) => self.asked.try_lock().ok(),
            None => Some(self.asked.lock().await),
        };
        let Some(mut asked) = asked else { return found };
        // Who waited has the answer that another has fetched.
        let soon = asked.is_some_and(|at| now.duration_since(at).abs() < PAUSE);
        if !soon {
            *asked = Some(now);
            self.fetch(now).await;
        }
        drop(asked);
        self.known.load_full().and_then(|known| known.find(id, algorithm, now))
    }

    async fn fetch(&self, now: Timestamp) {
        let fetched = key_set(&self.outbound, &self.issuer, self.jwks_uri.as_deref()).await;
        match fetched.and_then(|set| read(&set)) {
            Ok(keys) => self.known.store(Some(Arc::new(Known { keys, fetched_at: now }))),
            Err(problem) => tracing::warn!(issuer = self.issuer, problem, "the keys of an issuer cannot be had"),
        }
    }
}

impl Known {
    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.fetched_at).abs()
    }

    /// Without an id in the token, the only key there is for the algorithm.
    fn find(&self, id: Option<&str>, algorithm: Algorithm, now: Timestamp) -> Option<DecodingKey> {
        if self.age(now) >= GOOD {
            return None;
        }
        let mut fitting = self
            .keys
            .iter()
            .filter(|key| key.algorithm == algorithm && id.is_none_or(|id| key.id.as_deref() == Some(id)));
        let only = fitting.next().filter(|_| fitting.next().is_none());
        only.map(|key| key.key.clone())
    }
}

fn read(set: &Value) -> Result<Vec<Key>, String> {
    let keys = set.get("keys").and_then(Value::as_array).ok_or("there is no list of keys")?;
    if keys.len() > MOST_KEYS {
        return Err(format!("there are {} keys, and {MOST_KEYS} are the most", keys.len()));
    }
    // Keys of kinds that we do not know stand beside those that we do (RFC 7517, 5).
    Ok(keys.iter().filter_map(key).collect())
}

fn key(value: &Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
    if jwk.common.public_key_use.as_ref().is_some_and(|purpose| *purpose != PublicKeyUse::Signature) {
        return None;
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        _ => return None,
    };
    let named = value.get("alg").and_then(Value::as_str);
    if named.is_some_and(|named| named != format!("{algorithm:?}")) {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key { id: jwk.common.key_id.clone(), algorithm, key })
}
