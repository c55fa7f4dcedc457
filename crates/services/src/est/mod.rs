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
pub use renew::{LeafHolder, holder_of_leaf, renew};
pub use selection::{Parameters, Selection};

pub(crate) use journal::Journal;

use opnc_messages::Role;
use opnc_messages::pki::CaDomain;
use opnc_pki::profile::{self, Profile};

use crate::{Caller, ServiceError};

/// Refuses a role that has no certificates of this domain (the rows of simpleEnroll and caCerts, A2).
fn permit(caller: &Caller, domain: CaDomain) -> Result<(), ServiceError> {
    let roles: &[Role] = match domain {
        CaDomain::Emsp => &[Role::EmspNoPki],
        CaDomain::Cpo => &[Role::Cpo],
        CaDomain::Oem | CaDomain::Veh => &[Role::Oem],
        CaDomain::Cps => &[Role::EmspNoPki, Role::Cps],
    };
    if roles.contains(&caller.role) {
        return Ok(());
    }
    let role = caller.role.as_str();
    Err(ServiceError::Forbidden(format!("The role {role} has no certificates of caDomain {domain}.")))
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
