//! `[rcp]`: the root certificate pool.

use serde::{Deserialize, Serialize};

use super::Section;

/// How roots come into the pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rcp {
    /// Whether adding a root needs its fingerprint, confirmed over a second channel (B17).
    pub require_fingerprint: bool,
}

impl Default for Rcp {
    fn default() -> Self {
        Self { require_fingerprint: true }
    }
}

impl Section for Rcp {}
