//! Remembers verified tokens, because a signature takes longer than the rest of many requests.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::Claims;

/// Tokens that are remembered at most.
const MOST_REMEMBERED: usize = 10_000;

/// Claims of tokens whose signature was good, by the hash of the whole token.
#[derive(Default)]
pub(super) struct TokenCache {
    known: Mutex<HashMap<[u8; 32], Claims>>,
}

impl TokenCache {
    pub(super) fn get(&self, hash: &[u8; 32]) -> Option<Claims> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Keeps the claims. A full cache first loses what has expired, and everything when nothing has.
    pub(super) fn put(&self, hash: [u8; 32], claims: Claims, now: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.retain(|_, claims| claims.exp > now.as_second());
        }
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(hash, claims);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn until(exp: i64) -> Claims {
        Claims {
            iss: String::new(),
            aud: String::new(),
            sub: Uuid::nil(),
            client_id: String::new(),
            scope: String::new(),
            iat: 0,
            exp,
            jti: Uuid::nil(),
            cnf: None,
        }
    }

    fn hash(number: usize) -> [u8; 32] {
        opnc_pki::key::sha256(&number.to_be_bytes())
    }

    #[test]
    fn expired_tokens_make_room() {
        let cache = TokenCache::default();
        let now = Timestamp::from_second(100).unwrap();
        for number in 0..MOST_REMEMBERED {
            cache.put(hash(number), until(if number < 10 { 200 } else { 50 }), now);
        }
        cache.put(hash(MOST_REMEMBERED), until(200), now);
        assert_eq!(cache.known.lock().unwrap().len(), 11);
        assert!(cache.get(&hash(0)).is_some() && cache.get(&hash(11)).is_none());
    }

    #[test]
    fn a_full_cache_never_grows() {
        let cache = TokenCache::default();
        let now = Timestamp::from_second(100).unwrap();
        for number in 0..=MOST_REMEMBERED {
            cache.put(hash(number), until(200), now);
        }
        assert_eq!(cache.known.lock().unwrap().len(), 1);
    }
}
