//! Whose PKI a hierarchy is.

use crate::profile::{
    self, CPO_SUB_CA_1, CPO_SUB_CA_2, CPS_SUB_CA_1, CPS_SUB_CA_2, EMSP_ROOT, EMSP_SUB_CA_1, EMSP_SUB_CA_2, OEM_ROOT,
    OEM_SUB_CA_1, OEM_SUB_CA_2, Profile, V2G_ROOT,
};

/// A part of the Plug & Charge ecosystem with CAs of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Domain {
    /// Charging stations, below a V2G root.
    Cpo,
    /// Cars.
    Oem,
    /// Contracts.
    Emsp,
    /// The Certificate Provisioning Service, below a V2G root.
    Cps,
}

impl Domain {
    /// Every domain.
    pub const ALL: [Self; 4] = [Self::Cpo, Self::Oem, Self::Emsp, Self::Cps];

    /// The profile of a root that the domain makes for itself.
    pub fn root_profile(self) -> &'static Profile {
        match self {
            Self::Cpo | Self::Cps => &V2G_ROOT,
            Self::Oem => &OEM_ROOT,
            Self::Emsp => &EMSP_ROOT,
        }
    }

    /// The profiles of sub CA 1 and 2.
    pub fn sub_ca_profiles(self) -> [&'static Profile; 2] {
        match self {
            Self::Cpo => [&CPO_SUB_CA_1, &CPO_SUB_CA_2],
            Self::Oem => [&OEM_SUB_CA_1, &OEM_SUB_CA_2],
            Self::Emsp => [&EMSP_SUB_CA_1, &EMSP_SUB_CA_2],
            Self::Cps => [&CPS_SUB_CA_1, &CPS_SUB_CA_2],
        }
    }

    /// The profile of its leaves. Cars have vehicle certificates too.
    pub fn leaf_profile(self) -> &'static Profile {
        match self {
            Self::Cpo => &profile::SECC,
            Self::Oem => &profile::PROVISIONING,
            Self::Emsp => &profile::CONTRACT,
            Self::Cps => &profile::CPS,
        }
    }
}
