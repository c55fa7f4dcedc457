//! `[admin]`: the listener for the operator's own programs.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Section;

/// A listener apart, for health and what else only the operator should see.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Admin {
    /// The address to listen on, which no stranger should reach. Without it, health is asked for on the public listener.
    pub listen: Option<SocketAddr>,
}

impl Section for Admin {}
