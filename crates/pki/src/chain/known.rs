//! CA certificates that are at hand beside those that came with a leaf.

use super::by_name::ByName;
use crate::certificate::{Certificate, Name};

/// CA certificates that may be missing between a leaf and a root, found by name. Nothing in it is trusted: a signature
/// decides whether it belongs to a path.
#[derive(Debug, Clone, Default)]
pub struct Known(ByName);

impl Known {
    /// These certificates.
    pub fn new(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        let mut known = Self::default();
        known.extend(certificates);
        known
    }

    /// Every certificate of this name, as names match.
    pub fn named(&self, name: &Name) -> &[Certificate] {
        self.0.named(name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Extend<Certificate> for Known {
    fn extend<I: IntoIterator<Item = Certificate>>(&mut self, certificates: I) {
        certificates.into_iter().for_each(|certificate| self.0.insert(certificate));
    }
}
