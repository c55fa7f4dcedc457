//! What a leaf is wanted for, and what it must look like then.

use opnc_messages::RootType;

use crate::certificate::KeyUsage;
use crate::profile::{CONTRACT, CPS, PROVISIONING, Profile, SECC, VEHICLE};

/// What a leaf is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A car's certificate from its maker, to which contract keys are wrapped.
    Provisioning,
    /// The certificate with which a car pays.
    Contract,
    /// The signer of contract data. `DC=CPS` is required: without it an eMSP below the same root could sign for a CPS.
    Cps,
    /// A charging station.
    Secc,
    /// A car as TLS client.
    Vehicle,
}

/// The domain components of ISO 15118. A leaf with one of them belongs to that domain and to no other.
pub(super) const DOMAINS: [&str; 5] = [ABOVE_ALL, "CPO", "MO", "OEM", "CPS"];

/// The domain component of V2G roots and of the CAs that belong to no domain below them.
pub(super) const ABOVE_ALL: &str = "V2G";

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [Self::Provisioning, Self::Contract, Self::Cps, Self::Secc, Self::Vehicle];

    /// Its name in settings and documents: `contract`, for example.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Contract => "contract",
            Self::Cps => "cps",
            Self::Secc => "secc",
            Self::Vehicle => "vehicle",
        }
    }

    /// Reads such a name, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str().eq_ignore_ascii_case(text))
    }

    /// Which roots such leaves may hang from.
    pub fn root_types(self) -> &'static [RootType] {
        match self {
            Self::Provisioning | Self::Vehicle => &[RootType::V2g, RootType::Oem],
            Self::Contract => &[RootType::V2g, RootType::Emsp],
            Self::Cps => &[RootType::V2g],
            Self::Secc => &[RootType::V2g, RootType::Pe],
        }
    }

    /// The profile by which such leaves are issued.
    pub fn profile(self) -> &'static Profile {
        match self {
            Self::Provisioning => &PROVISIONING,
            Self::Contract => &CONTRACT,
            Self::Cps => &CPS,
            Self::Secc => &SECC,
            Self::Vehicle => &VEHICLE,
        }
    }

    /// The key usage without which such a leaf is of no use. Less than its profile issues: the field has less.
    pub(super) fn needed_usage(self) -> KeyUsage {
        match self {
            Self::Provisioning => KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT),
            Self::Contract | Self::Cps | Self::Secc | Self::Vehicle => KeyUsage::DIGITAL_SIGNATURE,
        }
    }

    /// Whether a leaf without its domain component is refused.
    pub(super) fn needs_domain(self) -> bool {
        self == Self::Cps
    }
}
