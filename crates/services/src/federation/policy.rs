//! What an operator decides about asking peers.

use jiff::SignedDuration;
use opnc_client::outbound;
use std::time::Duration;

/// How peers are asked.
#[derive(Debug, Clone)]
pub struct FederationPolicy {
    /// The most time for all peers of one question.
    pub deadline: Duration,
    /// What a caller is told when a peer failed and no other had what was asked for.
    pub incomplete: Incomplete,
    /// For how long the good answer of a peer serves others who ask the same.
    pub remember_found: SignedDuration,
    /// For how long it is remembered that nobody has it: a car that has just been published must not stay unknown.
    pub remember_missing: SignedDuration,
    /// After how many failures in a row a peer is left alone.
    pub most_failures: u32,
    /// For how long it is, until one question tries it again.
    pub pause: SignedDuration,
    /// How many unknown PCIDs and EMAIDs a peer may ask for within a minute; `None`: any number.
    pub misses_per_minute: Option<u32>,
    /// Where calls to peers may go.
    pub outbound: outbound::Policy,
}

/// The answer when nobody had it, and somebody could not be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Incomplete {
    /// 502: the caller had better ask again.
    #[default]
    BadGateway,
    /// 404, as if all had been asked.
    NotFound,
}

/// The longest time for which it may be remembered that nobody has something.
pub(super) const LONGEST_MISSING: SignedDuration = SignedDuration::from_secs(5);

impl Default for FederationPolicy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(4),
            incomplete: Incomplete::default(),
            remember_found: SignedDuration::from_secs(30),
            remember_missing: LONGEST_MISSING,
            most_failures: 5,
            pause: SignedDuration::from_secs(30),
            misses_per_minute: Some(600),
            outbound: outbound::Policy::default(),
        }
    }
}
