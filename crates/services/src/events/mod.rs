//! Events: who hears of what, and how it gets there.

pub mod audience;
pub(crate) mod facts;
pub mod payload;
pub mod schedule;
pub mod secret;
pub mod story;
