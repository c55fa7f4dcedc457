//! Whom to trust, and why.

pub mod authorize;
mod fetch;
mod known;
mod path;
pub mod resolve;

pub(crate) use known::KnownCas;
pub use known::index;
