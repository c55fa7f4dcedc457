//! `[status]`: the listener for the state of certificates.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Section;

/// A listener in the clear, for everybody who has a certificate in hand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Status {
    /// The address to listen on. Without it there is no such listener.
    pub listen: Option<SocketAddr>,
    /// Its base URL as everybody reaches it, such as `http://status.example.org`: written into every certificate that is
    /// issued. Without it certificates name no place where their state is told.
    pub url: Option<String>,
}

impl Section for Status {}
