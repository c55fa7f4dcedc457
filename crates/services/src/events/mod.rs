//! Events: who hears of what, and how it gets there.

mod attempt;
pub mod audience;
mod dispatch;
pub mod endpoints;
pub(crate) mod facts;
mod lane;
pub mod log;
mod outcome;
pub mod payload;
mod places;
mod policy;
pub mod schedule;
pub mod secret;
pub mod story;
mod worker;

pub use policy::DeliveryPolicy;
pub use worker::Worker;
