//! Whose certificate is asked for: the common name of a request, in the form of its domain and within what the caller owns.

use opnc_messages::ids::{Emaid, EvseId, Pcid};
use opnc_messages::pki::CaDomain;
use opnc_pki::certificate::{Name, attribute};

use crate::{Caller, ServiceError};

/// A common name that its domain allows.
#[derive(Debug)]
pub(super) struct Subject {
    /// As the certificate will have it.
    pub(super) common_name: String,
    /// The identifier in normal form.
    pub(super) key: String,
    owned: bool,
}

impl Subject {
    /// The one common name of a request; else what is wrong with it.
    pub(super) fn of(name: &Name, domain: CaDomain, caller: &Caller) -> Result<Self, String> {
        let mut common_names = name.all(attribute::COMMON_NAME);
        let text = match (common_names.next(), common_names.next()) {
            (Some(text), None) => text,
            (None, _) => return Err("CN : the subject of the request has no common name".to_owned()),
            (Some(_), Some(_)) => return Err("CN : the subject of the request has several common names".to_owned()),
        };
        let wrong = |error: &dyn std::fmt::Display| format!("CN : {error}");
        Ok(match domain {
            CaDomain::Cpo => {
                let evse = EvseId::parse(text).map_err(|error| wrong(&error))?;
                let owned = caller.owned.operators.contains(&evse.operator_id());
                Self { common_name: text.to_owned(), key: evse.key().to_owned(), owned }
            }
            CaDomain::Emsp => {
                let emaid = Emaid::parse(text).map_err(|error| wrong(&error))?;
                let owned = caller.owns_emaid(&emaid);
                Self { common_name: emaid.wire(), key: emaid.contract_key().to_owned(), owned }
            }
            CaDomain::Oem | CaDomain::Veh => {
                let pcid = Pcid::parse(text).map_err(|error| wrong(&error))?;
                let owned = caller.owns_pcid(&pcid);
                Self { common_name: text.to_owned(), key: pcid.key().to_owned(), owned }
            }
            // Its name is free, and with it goes the right to sign contract data: only what the operator has written
            // down for the party (A1).
            CaDomain::Cps => {
                let owned = caller.owned.cps_names.iter().any(|name| name == text);
                Self { common_name: text.to_owned(), key: text.to_owned(), owned }
            }
        })
    }

    /// Refuses what belongs to somebody else.
    pub(super) fn check_owner(&self, domain: CaDomain) -> Result<(), ServiceError> {
        if self.owned {
            return Ok(());
        }
        let what = match domain {
            CaDomain::Cpo => "The operator of this EVSE ID is not",
            CaDomain::Emsp => "The provider of this EMAID is not",
            CaDomain::Oem | CaDomain::Veh => "The WMI of this PCID is not",
            CaDomain::Cps => "This name of a CPS is not",
        };
        Err(ServiceError::Forbidden(format!("{what} one of the calling party: {}", self.common_name)))
    }
}
