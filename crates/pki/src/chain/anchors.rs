//! The pool of trusted roots.

use std::collections::{HashMap, HashSet};

use super::links::Links;
use crate::certificate::{Certificate, Name};

/// Trusted roots, found by name. Several may share a name and have different keys.
///
/// A changed pool is a new value: what it remembers of validated CA paths goes with it.
#[derive(Debug, Default)]
pub struct Anchors {
    by_name: HashMap<Name, Vec<Certificate>>,
    pub(super) links: Links,
    /// Whether an anchor must be self-issued.
    pub(super) roots_only: bool,
}

impl Anchors {
    /// A pool of these roots. Whether they are fit for it is checked whenever a path ends in one.
    pub fn new(roots: Vec<Certificate>) -> Self {
        let mut by_name: HashMap<Name, Vec<Certificate>> = HashMap::new();
        for root in roots {
            let namesakes = by_name.entry(root.subject().clone()).or_default();
            if !namesakes.contains(&root) {
                namesakes.push(root);
            }
        }
        Self { by_name, links: Links::default(), roots_only: true }
    }

    /// The certificates of a chain that no other one in it has issued, trusted as they are.
    pub(super) fn topmost(chain: &[Certificate]) -> Self {
        let subjects: HashSet<_> = chain.iter().map(Certificate::subject).collect();
        let is_topmost = |ca: &&Certificate| ca.is_self_issued() || !subjects.contains(ca.issuer());
        Self { roots_only: false, ..Self::new(chain.iter().filter(is_topmost).cloned().collect()) }
    }

    /// Every root of this name.
    pub(super) fn named(&self, name: &Name) -> &[Certificate] {
        self.by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether this very certificate is one of the roots.
    pub fn contains(&self, root: &Certificate) -> bool {
        self.named(root.subject()).contains(root)
    }

    /// Every root, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.by_name.values().flatten()
    }

    /// How many roots there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether nothing is trusted.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }
}
