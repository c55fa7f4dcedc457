//! What a leaf certificate is for, as an argument.

use std::fmt;

use clap::ValueEnum;
use opnc_pki::certificate::Certificate;
use opnc_pki::chain;

/// What a leaf certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Purpose {
    /// A contract certificate, by which a car pays
    Contract,
    /// A provisioning certificate, by which a car asks for a contract
    Provisioning,
    /// The certificate of a provisioning service, which signs contract data
    Cps,
    /// The TLS certificate of a charging station
    Secc,
    /// The TLS certificate of a car (ISO 15118-20)
    Vehicle,
}

impl Purpose {
    /// The purpose that the domain component of a leaf stands for. A car's two certificates share theirs: the older
    /// purpose is meant.
    pub(super) fn of(leaf: &Certificate) -> Option<Purpose> {
        leaf.domain_components().find_map(|component| match component {
            "MO" => Some(Purpose::Contract),
            "OEM" => Some(Purpose::Provisioning),
            "CPS" => Some(Purpose::Cps),
            "CPO" => Some(Purpose::Secc),
            _ => None,
        })
    }
}

impl From<Purpose> for chain::Purpose {
    fn from(purpose: Purpose) -> chain::Purpose {
        match purpose {
            Purpose::Contract => chain::Purpose::Contract,
            Purpose::Provisioning => chain::Purpose::Provisioning,
            Purpose::Cps => chain::Purpose::Cps,
            Purpose::Secc => chain::Purpose::Secc,
            Purpose::Vehicle => chain::Purpose::Vehicle,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Purpose::Contract => "contract certificate",
            Purpose::Provisioning => "provisioning certificate",
            Purpose::Cps => "CPS certificate",
            Purpose::Secc => "charging station certificate",
            Purpose::Vehicle => "vehicle certificate",
        })
    }
}
