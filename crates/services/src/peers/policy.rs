//! What an operator decides about peers themselves.

use jiff::SignedDuration;

/// How peers are kept up with, and what is told of this ecosystem.
#[derive(Debug, Clone)]
pub struct PeersPolicy {
    /// How often their roots and descriptions are read; `None`: only by hand.
    pub sync_every: Option<SignedDuration>,
    /// For how long roots of a peer count that could not be read again.
    pub roots_kept: SignedDuration,
    /// What this ecosystem calls itself to others.
    pub own_name: Option<String>,
    /// Where others reach it: what stands before `/opnc/v1`.
    pub base_url: Option<String>,
    /// Whether peers may tell their own peers of it.
    pub may_be_told: bool,
}

impl Default for PeersPolicy {
    fn default() -> Self {
        Self {
            sync_every: Some(SignedDuration::from_hours(1)),
            roots_kept: SignedDuration::from_hours(7 * 24),
            own_name: None,
            base_url: None,
            may_be_told: false,
        }
    }
}
