//! What was read before and never changes, so that it need not be asked for again; and what only waits for a second of its
//! kind. All of it can be forgotten at any time.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use opnc_messages::ids::Fingerprint;

use crate::tables::frames::{Frame, Id, Layout};

/// What a store remembers. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Certificates. An ecosystem has a few dozen CAs and CPS.
    pub(crate) certificates: Few<Fingerprint, Vec<u8>, 4096>,
    /// V2G roots of CPS, by what contracts have of them.
    pub(crate) cps_roots: Few<String, Fingerprint, 1024>,
    /// Frames of messages: one for each CPS under each CA of contracts.
    pub(crate) frames: Few<Id, Frame, 1024>,
    /// The last text of a layout that has no frame yet, with whose it is.
    pub(crate) texts: Few<Layout, (String, Vec<u8>), 256>,
}

/// A few values by key; when there are too many, all are forgotten.
#[derive(Clone)]
pub(crate) struct Few<K, V, const MOST: usize>(Arc<Mutex<HashMap<K, V>>>);

impl<K: Eq + Hash, V: Clone, const MOST: usize> Few<K, V, MOST> {
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps it; what was there before.
    pub(crate) fn keep(&self, key: K, value: V) -> Option<V> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(key, value)
    }
}

impl<K, V, const MOST: usize> Default for Few<K, V, MOST> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V, const MOST: usize> fmt::Debug for Few<K, V, MOST> {
    /// Without what is in it, which may be somebody's.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Few").finish_non_exhaustive()
    }
}
