//! The pool of trusted roots.

use super::by_name::ByName;
use super::links::Links;
use crate::certificate::{Certificate, Name};

/// Trusted roots, found by name. Several may share a name and have different keys.
///
/// A changed pool is a new value: what it remembers of validated CA paths goes with it.
#[derive(Debug, Default)]
pub struct Anchors {
    roots: ByName,
    pub(super) links: Links,
    /// Whether an anchor must be self-issued.
    pub(super) roots_only: bool,
}

impl Anchors {
    /// A pool of these roots. Whether they are fit for it is checked whenever a path ends in one.
    pub fn new(roots: Vec<Certificate>) -> Self {
        let mut by_name = ByName::default();
        roots.into_iter().for_each(|root| by_name.insert(root));
        Self { roots: by_name, links: Links::default(), roots_only: true }
    }

    /// The certificates of a chain that no other one in it has issued, trusted as they are.
    pub(super) fn topmost(chain: &[Certificate]) -> Self {
        let is_topmost =
            |ca: &&Certificate| ca.is_self_issued() || !chain.iter().any(|other| other.subject().matches(ca.issuer()));
        Self { roots_only: false, ..Self::new(chain.iter().filter(is_topmost).cloned().collect()) }
    }

    /// Every root of this name.
    pub(super) fn named(&self, name: &Name) -> &[Certificate] {
        self.roots.named(name)
    }

    /// Whether this very certificate is one of the roots.
    pub fn contains(&self, root: &Certificate) -> bool {
        self.roots.contains(root)
    }

    /// Every root, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.roots.iter()
    }

    /// How many roots there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether nothing is trusted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
