//! What an operator decides about the HTTP side.

mod listener;
mod server;

pub use listener::ListenerConfig;
pub use server::{RateLimit, ServerConfig};
