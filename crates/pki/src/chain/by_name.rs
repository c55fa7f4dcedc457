//! CA certificates by name, as names match (RFC 5280, 7.1).

use std::collections::{HashMap, HashSet};

use opnc_messages::ids::Fingerprint;

use crate::certificate::{Certificate, Name};

/// CA certificates, each once, found by name.
#[derive(Debug, Clone, Default)]
pub(super) struct ByName {
    lists: HashMap<Vec<u8>, Vec<Certificate>>,
    fingerprints: HashSet<Fingerprint>,
}

impl ByName {
    /// Takes a certificate in, unless it is there.
    pub(super) fn insert(&mut self, certificate: Certificate) {
        if self.fingerprints.insert(certificate.fingerprint()) {
            self.lists.entry(certificate.subject().canonical().to_vec()).or_default().push(certificate);
        }
    }

    /// Every certificate of this name.
    pub(super) fn named(&self, name: &Name) -> &[Certificate] {
        self.lists.get(name.canonical()).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn contains(&self, certificate: &Certificate) -> bool {
        self.fingerprints.contains(&certificate.fingerprint())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.lists.values().flatten()
    }

    pub(super) fn len(&self) -> usize {
        self.fingerprints.len()
    }
}
