//! Sub CAs that a party has to itself: what it enrols under `acme-cpo` stands below a CA with its own name.

use opnc_messages::Role;
use opnc_messages::pki::{CaDomain, CaName};
use opnc_pki::certificate::Certificate;
use opnc_pki::hierarchy::Domain;
use opnc_pki::key::Algorithm;
use opnc_store::authorities::{self, AuthorityKind};

use super::branch::{Below, kinds};
use super::keep::{self, Owner};
use super::{existing_root, rows};
use crate::{Caller, Ecosystem, ServiceError, chains, est, parties};

/// Makes the two sub CAs `name` of a party below the V2G root of this algorithm, named after the party, and gives back the
/// one that issues. Where they exist, nothing is changed.
///
/// # Errors
/// [`ServiceError::Forbidden`] for anybody but an admin; [`ServiceError::NotFound`] for an unknown party;
/// [`ServiceError::Invalid`] when the name has no prefix or has one of another party, when the party's role enrols nothing of
/// this domain, or when there is no such V2G root.
pub async fn found_own(
    caller: &Caller,
    ecosystem: &Ecosystem,
    name: &CaName,
    party: &str,
    algorithm: Algorithm,
) -> Result<Certificate, ServiceError> {
    if caller.role != Role::Admin {
        return Err(ServiceError::Forbidden("Only the operator makes CAs.".to_owned()));
    }
    let party = parties::find(caller, ecosystem, party).await?.party;
    let mut problems = Vec::new();
    if name.prefix.is_empty() {
        problems.push(format!("a CA of a party has a name in front of its domain, such as acme-{}", name.domain));
    }
    if !est::enrols(party.role, name.domain) {
        problems.push(format!("{} is of the role {}, which enrols nothing of {}", party.name, party.role, name.domain));
    }
    let all = authorities::list(&mut ecosystem.store().read().await?).await?;
    let mut taken = all.iter().filter(|row| row.prefix == name.prefix && row.party_id != Some(party.id));
    if !name.prefix.is_empty() && taken.next().is_some() {
        problems.push(format!("the prefix {} is another party's", name.prefix));
    }
    let own = rows(ecosystem, algorithm).await?;
    let root = own.iter().find(|row| row.kind == AuthorityKind::V2gRoot && row.active);
    let Some(root) = root.filter(|_| problems.is_empty()) else {
        if root.is_none() {
            problems
                .push(format!("there is no V2G root of {algorithm}: opnc ca found --algorithm {algorithm} makes it"));
        }
        return Err(ServiceError::Invalid(problems));
    };
    let domain = domain_of(name.domain);
    let issuing = kinds(domain)[1];
    let is_it = |row: &&authorities::Authority| {
        row.prefix == name.prefix && row.kind == issuing && row.algorithm == algorithm.as_str()
    };
    if let Some(row) = all.iter().find(is_it) {
        return chains::kept(&row.certificate);
    }
    let root = existing_root(ecosystem, root)?;
    let mut made = Vec::new();
    let below = Below { ecosystem, root: &root, organization: &party.name, prefix: &name.prefix };
    let issuer = below.branch(domain, &mut made)?;
    let owner = Owner { prefix: &name.prefix, party: party.id, operator: caller };
    keep::keep(ecosystem, &made, Some(&owner)).await?;
    Ok(issuer.certificate().clone())
}

/// Cars have provisioning and TLS certificates from one CA.
fn domain_of(domain: CaDomain) -> Domain {
    match domain {
        CaDomain::Emsp => Domain::Emsp,
        CaDomain::Cpo => Domain::Cpo,
        CaDomain::Oem | CaDomain::Veh => Domain::Oem,
        CaDomain::Cps => Domain::Cps,
    }
}
