//! What an ecosystem decides: who may do what, what the pools hold, which contract a car gets.
//!
//! Every function takes the [`Caller`] first and knows nothing of HTTP: no status codes, no headers.
//! What a decision needs from outside (store, keys, time, randomness) comes with the [`Ecosystem`].

pub mod access;
mod anchors;
pub mod approvals;
pub mod audit;
mod authorities;
pub mod bootstrap;
mod bounded;
pub mod ca;
pub mod caller;
pub mod ccp;
mod chains;
pub mod client_certificates;
pub mod cps;
mod deposit;
pub mod ecosystem;
pub mod error;
pub mod est;
pub mod events;
pub mod federation;
pub mod figures;
pub mod identity;
mod issued;
pub mod jobs;
mod misses;
pub mod parties;
pub mod pcp;
pub mod peers;
pub mod privacy;
mod pseudonym;
pub mod rcp;

mod record;
pub mod retention;
pub mod revocation;
pub mod revocation_check;
pub mod signed_document;
pub mod status;
pub mod trust;

pub use caller::Caller;
pub use ecosystem::Ecosystem;
pub use error::ServiceError;
