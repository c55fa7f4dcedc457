//! Bundles that were made a moment ago.

use std::sync::{Arc, Mutex, PoisonError};

use super::sub_cas::Found;
use super::{Bundle, Format, Stamp, Wanted};
use crate::bounded::Bounded;

/// More kinds of bundle than this are not remembered: names of trust lists are free.
const MOST: usize = 64;

/// Bundles, each with the stamp it was made for, and what takes long to find for them.
pub(crate) struct BundleCache {
    made: Mutex<Bounded<(Wanted, Format), Made>>,
    pub(super) sub_cas: Found,
}

type Made = (Stamp, Arc<Bundle>);

impl Default for BundleCache {
    fn default() -> Self {
        Self { made: Mutex::new(Bounded::new(MOST)), sub_cas: Found::default() }
    }
}

impl BundleCache {
    pub(super) fn get(&self, wanted: &Wanted, format: Format, stamp: &Stamp) -> Option<Arc<Bundle>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, bundle) = made.get(&(wanted.clone(), format))?;
        (of == stamp).then(|| Arc::clone(bundle))
    }

    pub(super) fn put(&self, wanted: Wanted, format: Format, stamp: Stamp, bundle: &Arc<Bundle>) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.put((wanted, format), (stamp, Arc::clone(bundle)));
    }
}
