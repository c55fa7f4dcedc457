//! Enrolment (EST, RFC 7030): certificates for parties that make their keys themselves.

mod attributes;
mod cacerts;
mod enroll;
mod issuer;
mod journal;
mod renew;
mod selection;
mod subject;

pub use attributes::csr_attributes;
pub use cacerts::ca_certificates;
pub use enroll::enroll;
pub use renew::{LeafHolder, ShownLeaf, renew, shown_leaf};
pub use selection::{Parameters, Selection};

pub(crate) use issuer::Issuers;
pub(crate) use journal::Journal;

use opnc_messages::Role;
use opnc_messages::pki::CaDomain;
use opnc_pki::profile::{self, Profile};

use crate::{Caller, ServiceError};

/// Refuses a role that has no certificates of this domain (the rows of simpleEnroll and caCerts, A2).
fn permit(caller: &Caller, domain: CaDomain) -> Result<(), ServiceError> {
    if enrols(caller.role, domain) {
        return Ok(());
    }
    let role = caller.role.as_str();
    Err(ServiceError::Forbidden(format!("The role {role} has no certificates of caDomain {domain}.")))
}

/// Whether parties of this role enrol certificates of this domain.
pub(crate) fn enrols(role: Role, domain: CaDomain) -> bool {
    match domain {
        CaDomain::Emsp => role == Role::EmspNoPki,
        CaDomain::Cpo => role == Role::Cpo,
        CaDomain::Oem | CaDomain::Veh => role == Role::Oem,
        CaDomain::Cps => matches!(role, Role::EmspNoPki | Role::Cps),
    }
}

/// What is issued in a domain, for ISO 15118-2.
fn profile_of(domain: CaDomain) -> &'static Profile {
    match domain {
        CaDomain::Emsp => &profile::CONTRACT,
        CaDomain::Cpo => &profile::SECC,
        CaDomain::Oem => &profile::PROVISIONING,
        CaDomain::Veh => &profile::VEHICLE,
        CaDomain::Cps => &profile::CPS,
    }
}
