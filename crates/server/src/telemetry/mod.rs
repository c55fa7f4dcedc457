//! What operators and callers can see of a request: its trace id, its line in the log, its correlation headers, its trace.

mod correlation;
mod log;
pub(crate) mod metrics;
mod panic;
mod request;
mod traces;

pub(crate) use correlation::correlation_id;
pub(crate) use log::check_level;
pub use log::{LogFormat, init, set_level};
pub(crate) use metrics::{Answered, Metrics};
pub(crate) use panic::guard;
pub(crate) use request::{Trace, observe, with_sources};
pub(crate) use traces::Traces;
