//! Whether key identifiers let one certificate be the issuer of another.
//!
//! They are hints (RFC 5280, 4.2.1.1): any bytes will do that a CA writes alike on both sides. Some do not: the same key has
//! its 20-byte identifier here and its 8-byte one there, or is hashed with and without its frame. What can be recognised as
//! the same key is followed; what names another key is not.

use crate::certificate::Certificate;
use crate::key::{PublicKey, sha1, sha256};

/// What the identifiers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Both have one, and they are alike.
    Same,
    /// One of them has none.
    Untold,
    /// They differ.
    Different,
}

pub(super) fn fit(child: &Certificate, issuer: &Certificate) -> Fit {
    match child.authority_key_id().zip(issuer.subject_key_id()) {
        None => Fit::Untold,
        Some((wanted, found)) if wanted == found => Fit::Same,
        Some(_) => Fit::Different,
    }
}

/// Whether the identifier that `child` gives is another way of naming the key of `issuer`.
pub(super) fn names_otherwise(child: &Certificate, issuer: &Certificate) -> bool {
    child.authority_key_id().is_some_and(|wanted| way(wanted, issuer.public_key()).is_some())
}

/// How an identifier was made of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Of the point alone, as RFC 5280 and RFC 7093 have it.
    Point,
    /// Of the point and the algorithm before it (the whole `SubjectPublicKeyInfo`).
    WholeKey,
}

/// The way in which this identifier follows from the key; `None`: in none that is known.
pub(crate) fn way(id: &[u8], key: &PublicKey) -> Option<Way> {
    if is_hash_of(id, key.point()) {
        return Some(Way::Point);
    }
    is_hash_of(id, &key.to_spki()).then_some(Way::WholeKey)
}

/// SHA-1, its last 60 bits behind `0100` (RFC 5280, 4.2.1.2), SHA-256 or its first 20 bytes (RFC 7093, 2).
fn is_hash_of(id: &[u8], bytes: &[u8]) -> bool {
    match id {
        [first, rest @ ..] if rest.len() == 7 => {
            let hash = sha1(bytes);
            hash.get(12).is_some_and(|byte| 0x40 | byte & 0x0f == *first) && hash.get(13..) == Some(rest)
        }
        _ if id.len() == 20 => sha1(bytes) == *id || sha256(bytes).get(..20) == Some(id),
        _ => id.len() == 32 && sha256(bytes) == *id,
    }
}
