//! What must hold for one certificate, whatever the path.

use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use opnc_messages::IsoVersion;

use super::error::{ChainErrorKind as Kind, Problem};
use super::purpose::{ABOVE_ALL, DOMAINS, Purpose};
use super::warning::{self, Warning, WarningKind};
use crate::certificate::{Certificate, KeyUsage, attribute};
use crate::key::Algorithm;

/// Everything that is wrong with a leaf, which is valid now, no CA, of the right domain and usage.
pub(super) fn leaf(
    certificate: &Certificate,
    purpose: Purpose,
    at: Timestamp,
    warnings: &mut Vec<Warning>,
) -> Vec<Problem> {
    let checked = [
        dates(certificate, at),
        no_unknown_critical(certificate),
        no_ca(certificate, purpose),
        one_common_name(certificate),
        usage(certificate, purpose),
        domain(certificate, purpose, warnings),
    ];
    warning::of_any(certificate, certificate.public_key().algorithm().version(), warnings);
    checked.into_iter().filter_map(Result::err).collect()
}

fn no_ca(certificate: &Certificate, purpose: Purpose) -> Result<(), Problem> {
    if certificate.is_ca() {
        return Err(Problem::new(Kind::IsACa, format!("is a CA where a {} belongs", purpose.profile().name)));
    }
    Ok(())
}

fn usage(certificate: &Certificate, purpose: Purpose) -> Result<(), Problem> {
    let lacking = certificate.key_usage().unwrap_or_default().lacks(purpose.needed_usage());
    if lacking.is_empty() {
        return Ok(());
    }
    let text = format!("lacks the key usage {lacking} that a {} needs", purpose.profile().name);
    Err(Problem::new(Kind::KeyUsage, text))
}

/// A CA above `below` further CAs that are not self-issued: valid now, may sign certificates, path long enough. The first
/// thing that is wrong.
pub(super) fn ca(certificate: &Certificate, below: usize, at: Timestamp) -> Result<(), Problem> {
    every_check_of_a_ca(certificate, below, at).into_iter().collect()
}

/// The same, and everything that is wrong.
pub(super) fn every_check_of_a_ca(certificate: &Certificate, below: usize, at: Timestamp) -> [Result<(), Problem>; 5] {
    [
        dates(certificate, at),
        no_unknown_critical(certificate),
        is_ca(certificate),
        may_sign(certificate),
        path_length(certificate, below),
    ]
}

fn is_ca(certificate: &Certificate) -> Result<(), Problem> {
    if certificate.is_ca() {
        return Ok(());
    }
    Err(Problem::new(Kind::NotACa, "has issued certificates and is not a CA"))
}

fn may_sign(certificate: &Certificate) -> Result<(), Problem> {
    if certificate.key_usage().is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN)) {
        return Err(Problem::new(Kind::KeyUsage, "has issued certificates without the key usage keyCertSign"));
    }
    Ok(())
}

fn path_length(certificate: &Certificate, below: usize) -> Result<(), Problem> {
    let limit = certificate.basic_constraints().and_then(|constraints| constraints.path_length);
    match limit.and_then(|limit| usize::try_from(limit).ok()) {
        Some(limit) if below > limit => {
            let text = format!("has {below} CAs below it where its path length allows {limit}");
            Err(Problem::new(Kind::PathLength, text))
        }
        _ => Ok(()),
    }
}

/// A sub CA has the domain component of the leaf's domain, that of the V2G root above all domains, or none: below one root,
/// the CA of an eMSP could else make a CPS.
pub(super) fn domain_of_ca(certificate: &Certificate, purpose: Purpose) -> Result<(), Problem> {
    let domains: Vec<_> = certificate.domain_components().filter(|found| DOMAINS.contains(found)).collect();
    let expected = purpose.profile().domain_component;
    if domains.is_empty() || domains.iter().any(|found| *found == expected || *found == ABOVE_ALL) {
        return Ok(());
    }
    let text = format!("has DC={} and issues no {}", domains.join(", DC="), purpose.profile().name);
    Err(Problem::new(Kind::WrongDomain, text))
}

/// In the shell model every certificate must be valid at the moment of the check.
pub(super) fn dates(certificate: &Certificate, at: Timestamp) -> Result<(), Problem> {
    if certificate.is_valid_at(at) {
        return Ok(());
    }
    Err(if at < certificate.not_before() {
        Problem::new(Kind::NotYetValid, format!("is not valid before {}", certificate.not_before()))
    } else {
        Problem::new(Kind::Expired, format!("expired on {}", certificate.not_after()))
    })
}

pub(super) fn self_issued(certificate: &Certificate) -> Result<(), Problem> {
    if certificate.is_self_issued() {
        return Ok(());
    }
    let text = format!("is not a root: it was issued by {:?}", certificate.issuer().to_string());
    Err(Problem::new(Kind::NotARoot, text))
}

/// Only the signature algorithms of the chain's version of ISO 15118 are accepted, on every certificate below the anchor.
pub(super) fn algorithm(certificate: &Certificate, version: IsoVersion) -> Result<(), Problem> {
    let allowed = Algorithm::of_version(version);
    if certificate.signature_algorithm().is_some_and(|found| allowed.contains(&found)) {
        return Ok(());
    }
    let names: Vec<_> = allowed.iter().map(|algorithm| algorithm.as_str()).collect();
    let found = match certificate.signature_algorithm() {
        Some(found) => format!("with {found}"),
        None => format!("with the algorithm {}", certificate.signature_oid()),
    };
    let text = format!("is signed {found}; a chain of {version} allows {} alone", names.join(" and "));
    Err(Problem::new(Kind::Algorithm, text))
}

fn no_unknown_critical(certificate: &Certificate) -> Result<(), Problem> {
    let unknown: Vec<_> = certificate.extensions().unknown_critical.iter().map(ObjectIdentifier::to_string).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Kind::UnknownCritical, format!("has the unknown critical extension {}", unknown.join(", "))))
}

fn one_common_name(certificate: &Certificate) -> Result<(), Problem> {
    match certificate.subject().all(attribute::COMMON_NAME).count() {
        1 => Ok(()),
        count => Err(Problem::new(Kind::CommonName, format!("has {count} common names instead of one"))),
    }
}

/// The domain component of the profile, or none where the field has none; never that of another domain.
fn domain(certificate: &Certificate, purpose: Purpose, warnings: &mut Vec<Warning>) -> Result<(), Problem> {
    let expected = purpose.profile().domain_component;
    // In ISO 15118-20 a station's domain component ends in CSO.
    let fits = |found: &str| found == expected || purpose == Purpose::Secc && found.ends_with("CSO");
    let found: Vec<_> = certificate.domain_components().collect();
    if found.iter().any(|found| fits(found)) {
        return Ok(());
    }
    let other = found.iter().find(|found| DOMAINS.contains(found) || found.ends_with("CSO"));
    if purpose.needs_domain() || other.is_some() {
        let has = if found.is_empty() { "no DC".to_owned() } else { format!("DC={}", found.join(", DC=")) };
        let text = format!("has {has} in its subject; a {} needs DC={expected}", purpose.profile().name);
        return Err(Problem::new(Kind::WrongDomain, text));
    }
    let kind = match found.first() {
        None => WarningKind::MissingDomainComponent(expected),
        Some(found) => WarningKind::OtherDomainComponent((*found).to_owned()),
    };
    warning::add(kind, certificate, warnings);
    Ok(())
}
