//! Signatures between CA certificates that were verified before.
//!
//! A pool has few CAs and many leaves. A signature does not change, so it is checked once; dates, usages and path lengths
//! are looked at in every call. Only links of complete paths to an anchor come in, so that nobody can fill the memory
//! with chains of their own.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use opnc_messages::ids::Fingerprint;

use crate::certificate::Certificate;

/// More links than the sub CAs of any pool we know; beyond it all are forgotten and learned again.
const CAPACITY: usize = 10_000;

/// Pairs of (certificate, issuer) whose signature holds.
#[derive(Debug, Default)]
pub(super) struct Links(RwLock<HashSet<(Fingerprint, Fingerprint)>>);

impl Links {
    pub(super) fn contains(&self, child: &Certificate, issuer: &Certificate) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.contains(&(child.fingerprint(), issuer.fingerprint()))
    }

    /// Remembers the links of a valid path from the lowest CA to the anchor.
    pub(super) fn remember(&self, sub_cas: &[Certificate], anchor: &Certificate) {
        let issuers = sub_cas.iter().skip(1).chain(std::iter::once(anchor));
        let new: Vec<_> = sub_cas
            .iter()
            .zip(issuers)
            .filter(|(child, issuer)| !self.contains(child, issuer))
            .map(|(child, issuer)| (child.fingerprint(), issuer.fingerprint()))
            .collect();
        if new.is_empty() {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() + new.len() > CAPACITY {
            known.clear();
        }
        known.extend(new);
    }
}
