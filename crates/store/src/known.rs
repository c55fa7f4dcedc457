//! Certificates that were read before: what has a fingerprint never changes, so it need not be asked for again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use opnc_messages::ids::Fingerprint;

/// How many are kept. An ecosystem has a few dozen CAs and CPS; at the limit all are forgotten.
const MOST: usize = 4096;

/// The certificates. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(Arc<Mutex<HashMap<Fingerprint, Vec<u8>>>>);

impl Known {
    pub(crate) fn get(&self, fingerprint: &Fingerprint) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(fingerprint).cloned()
    }

    pub(crate) fn keep(&self, fingerprint: Fingerprint, der: Vec<u8>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(fingerprint, der);
    }
}
