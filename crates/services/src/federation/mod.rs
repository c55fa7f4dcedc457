//! Many ecosystems as one: a question that our own pools cannot answer goes to the peers that may know.
//!
//! Our own pools come first, then the peers that speak for the car's maker or the contract's provider, then, where nobody
//! is known, all of them. They are asked at once and within a deadline; what they say is checked as if a stranger had said
//! it. A question from a peer is never passed on.

mod ask;
mod breaker;
mod check;
mod first;
mod flight;
mod identity;
mod kept;
mod merge;
mod pauses;
mod peer;
mod policy;
mod question;
mod reach;
mod registry;
mod route;
mod words;

pub use policy::{FederationPolicy, Incomplete};
pub use reach::Reach;

pub(crate) use first::{Said, first, has_peers, incomplete, left_alone, with_peers};
pub(crate) use merge::{contracts, cps_certificates};
pub(crate) use peer::Peer;
pub(crate) use question::{Answer, Question};
pub(crate) use registry::{Known, Registry};

use flight::Flights;

/// What is kept in memory of peers and of what they said.
#[derive(Default)]
pub(crate) struct Federation {
    pub(crate) registry: Registry,
    flights: Flights,
}
