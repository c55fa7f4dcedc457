//! Requests to URLs that strangers chose: the responder a certificate names, the key set an issuer names, a webhook.
//!
//! Whoever chooses the URL must not reach with it what only this machine reaches. So it is the address that decides, and
//! the one that was checked is the one that is connected to: names are resolved here, and the connection is given the
//! addresses that passed and no others. No redirect is followed, no proxy of the environment is used, and time and size
//! have bounds.

mod address;
mod error;
mod guard;
mod http;
mod names;
mod network;
mod policy;

pub use error::OutboundError;
pub(crate) use guard::Guard;
pub use http::{Destination, Outbound, Response};
pub use network::Network;
pub use policy::Policy;
