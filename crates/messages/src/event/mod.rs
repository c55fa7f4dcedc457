//! Bodies of the event service: endpoints, and what is delivered to them.

mod kind;

pub use kind::{EventKind, EventName};
