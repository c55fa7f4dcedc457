//! `[revocation]`: what happens to certificates of others whose state nobody tells.

use opnc_client::outbound;
use opnc_services::revocation_check::{Mode, RevocationPolicy};
use serde::{Deserialize, Serialize};

use super::Section;

/// How each pool checks certificates.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Revocation {
    /// When a car is published.
    pub pcp: Checking,
    /// When a contract is delivered to a car.
    pub ccp: Checking,
    /// When somebody asks whether a certificate is trusted, or a contract good.
    pub trust: Checking,
}

/// What happens when nobody tells whether a certificate is revoked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checking {
    /// It is refused.
    Require,
    /// It is accepted, and looked at again.
    #[default]
    SoftFail,
    /// Nobody else is asked.
    Off,
}

impl Checking {
    fn mode(self) -> Mode {
        match self {
            Self::Require => Mode::Require,
            Self::SoftFail => Mode::SoftFail,
            Self::Off => Mode::Off,
        }
    }
}

impl Revocation {
    /// As the services know it.
    pub(super) fn policy(&self, outbound: outbound::Policy) -> RevocationPolicy {
        RevocationPolicy { pcp: self.pcp.mode(), ccp: self.ccp.mode(), trust: self.trust.mode(), outbound }
    }
}

impl Section for Revocation {}
