//! Bodies of the event service: endpoints, and the names of what is delivered to them.

mod choice;
mod endpoint;
mod kind;
mod requests;
mod settings;

pub use choice::{EndpointStatus, SignatureStyle};
pub use endpoint::Endpoint;
pub use kind::{EventKind, EventName};
pub use requests::{MOST_OVERLAP_HOURS, PostEndpointReq, PutEndpointReq};
pub use settings::EndpointSettings;
