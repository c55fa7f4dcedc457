//! The HTTP side of an OPNC ecosystem.
//!
//! [`start`] serves an [`Ecosystem`](opnc_services::Ecosystem) on one address. A request passes, from the outside in: the
//! telemetry layer (trace id, log line, shape of errors), the panic guard, the limits, the access check of its
//! operation, the extractors, and a handler that calls one service function. Nothing here decides about business.

pub mod config;
mod error;
mod extract;
mod health;
mod limits;
mod oauth;
mod openapi;
mod places;
mod probe;
mod proxy;
mod router;
mod routes;
mod serve;
mod state;
pub mod telemetry;
mod tls;

pub use config::{ListenerConfig, RateLimit, ServerConfig, TlsConfig, TlsVersion};
pub use error::ServerError;
pub use oauth::token_key;
pub use probe::{Answers, probe};
pub use serve::{Running, start};
pub use tls::{TlsError, check_tls};
