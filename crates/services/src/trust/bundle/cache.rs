//! Bundles that were made a moment ago.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Bundle, Format, Stamp, Wanted};

/// More kinds of bundle than this are not remembered: names of trust lists are free.
const MOST: usize = 64;

/// Bundles, each with the stamp it was made for.
#[derive(Default)]
pub(crate) struct BundleCache {
    made: Mutex<HashMap<(Wanted, Format), Made>>,
}

type Made = (Stamp, Arc<Bundle>);

impl BundleCache {
    pub(super) fn get(&self, wanted: &Wanted, format: Format, stamp: &Stamp) -> Option<Arc<Bundle>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, bundle) = made.get(&(wanted.clone(), format))?;
        (of == stamp).then(|| Arc::clone(bundle))
    }

    pub(super) fn put(&self, wanted: Wanted, format: Format, stamp: Stamp, bundle: &Arc<Bundle>) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST {
            made.clear();
        }
        made.insert((wanted, format), (stamp, Arc::clone(bundle)));
    }
}
