//! `[outbound]`: where requests of our own may go, to URLs that others have chosen.

use opnc_client::outbound::{Network, Policy};
use serde::{Deserialize, Serialize};

use super::Section;

/// Where requests of our own may go besides the public internet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutboundSection {
    /// Whether they may go to any address, private ones and this machine too. For an ecosystem in a network of its own.
    pub allow_private: bool,
    /// Addresses and networks that they may go to as well, for example `10.1.0.0/16`.
    pub allow: Vec<String>,
    /// Whether CA certificates that are missing in a question about trust are fetched from where certificates say that they
    /// lie. Whoever may ask chooses the place.
    pub fetch_issuers: bool,
}

impl Section for OutboundSection {
    fn problems(&self) -> Vec<(&'static str, String)> {
        self.allow.iter().filter_map(|one| one.parse::<Network>().err()).map(|problem| ("allow", problem)).collect()
    }
}

impl OutboundSection {
    /// As the client knows it.
    pub(super) fn policy(&self) -> Policy {
        let mut policy = if self.allow_private { Policy::anywhere() } else { Policy::default() };
        policy.allow.extend(self.allow.iter().filter_map(|one| one.parse::<Network>().ok()));
        policy
    }
}
