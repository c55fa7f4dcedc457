//! Whom to trust, and why: answers, policy, bundles for those who ask elsewhere, and the trust lists of others.

pub mod authorize;
pub mod bundle;
mod fetch;
pub(crate) mod issuer;
mod known;
pub mod lists;
mod path;
mod policy;
pub(crate) mod pool;
pub mod resolve;
pub(crate) mod versions;
mod zip;

pub(crate) use fetch::Fetching;
pub use known::index;
pub(crate) use known::{KnownCas, issuers_of};
pub(crate) use policy::canonical;
pub(crate) use policy::in_force as policy_in_force;
pub use policy::{PEER, TrustPolicy, note_policy, unknown_peers};
