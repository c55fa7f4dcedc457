//! Founding an ecosystem: its own authorities, for each algorithm of ISO 15118 a V2G root and the CAs of all domains.
//!
//! What exists stays as it is, and what is missing is made: a data folder of an earlier version gets what came since.

mod branch;
mod keep;
mod own;
mod renew;

use opnc_messages::IsoVersion;
use opnc_pki::certificate::{Certificate, attribute};
use opnc_pki::hierarchy::Domain;
use opnc_pki::issue::Authority;
use opnc_pki::key::{Algorithm, KeyStoreError, Signer};
use opnc_pki::profile;
use opnc_store::authorities::{self, Authority as Row, AuthorityKind};

use crate::{Ecosystem, ServiceError, chains, trust};
use branch::Below;
use keep::Made;
pub(crate) use renew::run as renew_due;
pub use renew::{Renewed, Which, renew};

pub use own::found_own;

/// Makes the authorities of ISO 15118-2: a V2G root and, below it, the CPS that signs contract data, and the CAs that issue
/// certificates for eMSPs without a PKI, charging stations and cars. All keys come into the key store. Gives back the V2G
/// root's certificate.
///
/// The CPS certificate is valid for `cps_days`, or as its profile says. The root is not trusted by this: an admin puts it
/// into the RCP like any other. Where all of it exists, nothing is changed.
///
/// # Errors
/// When the organisation cannot be part of a name, or key store or database fail.
pub async fn found(
    ecosystem: &Ecosystem,
    organization: &str,
    cps_days: Option<u32>,
) -> Result<Certificate, ServiceError> {
    found_for(ecosystem, Algorithm::Secp256r1, organization, cps_days).await
}

/// The same for ISO 15118-20, with keys on secp521r1.
///
/// # Errors
/// As [`found`].
pub async fn found_iso20(
    ecosystem: &Ecosystem,
    organization: &str,
    cps_days: Option<u32>,
) -> Result<Certificate, ServiceError> {
    found_for(ecosystem, Algorithm::Secp521r1, organization, cps_days).await
}

/// The same for one algorithm, whose version of ISO 15118 is that of the certificates.
///
/// # Errors
/// As [`found`].
pub async fn found_for(
    ecosystem: &Ecosystem,
    algorithm: Algorithm,
    organization: &str,
    cps_days: Option<u32>,
) -> Result<Certificate, ServiceError> {
    let existing = rows(ecosystem, algorithm).await?;
    let has = |kind| existing.iter().any(|row| row.kind == kind);
    let mut made = Vec::new();
    let root = match existing.iter().find(|row| row.kind == AuthorityKind::V2gRoot) {
        Some(row) => existing_root(ecosystem, row)?,
        None => new_root(ecosystem, algorithm, organization, &mut made)?,
    };
    let below = Below { ecosystem, root: &root, organization, prefix: "" };
    if !has(AuthorityKind::CpsSubCa2) {
        below.cps(cps_days, &mut made)?;
    }
    for domain in [Domain::Emsp, Domain::Cpo, Domain::Oem] {
        if !has(branch::kinds(domain)[1]) {
            below.branch(domain, &mut made)?;
        }
    }
    keep::keep(ecosystem, &made, None).await?;
    Ok(root.certificate().clone())
}

/// How many authorities there are, those of parties included: whether founding has made any.
///
/// # Errors
/// When the database fails.
pub async fn authorities(ecosystem: &Ecosystem) -> Result<usize, ServiceError> {
    Ok(authorities::list(&mut ecosystem.store().read().await?).await?.len())
}

/// Whether the ecosystem has authorities of its own for this version of ISO 15118.
///
/// # Errors
/// When the database fails.
pub async fn is_founded(ecosystem: &Ecosystem, version: IsoVersion) -> Result<bool, ServiceError> {
    for algorithm in Algorithm::of_version(version) {
        if rows(ecosystem, *algorithm).await?.iter().any(|row| row.kind == AuthorityKind::V2gRoot) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Brings an ecosystem that was founded, by this version or an earlier one, up to date: makes the authorities that are
/// missing below its V2G roots, and records the certificates of its CAs and the policy of trust. Called at each start; where
/// nothing was founded, no authority is made.
///
/// # Errors
/// When key store or database fail.
pub async fn complete(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    trust::note_policy(ecosystem).await?;
    for algorithm in Algorithm::ALL {
        let existing = rows(ecosystem, algorithm).await?;
        if let Some(root) = existing.iter().find(|row| row.kind == AuthorityKind::V2gRoot) {
            let root = chains::kept(&root.certificate)?;
            let organization = root.subject().first(attribute::ORGANIZATION).unwrap_or("OPNC");
            found_for(ecosystem, algorithm, organization, None).await?;
        }
        keep::record_missing(ecosystem, &existing).await?;
    }
    Ok(())
}

/// The ecosystem's own authorities of this algorithm. Those that sign no longer are among them: what was revoked is not
/// made anew behind the operator's back.
async fn rows(ecosystem: &Ecosystem, algorithm: Algorithm) -> Result<Vec<Row>, ServiceError> {
    let mut rows = authorities::list(&mut ecosystem.store().read().await?).await?;
    rows.retain(|row| row.prefix.is_empty() && row.algorithm == algorithm.as_str());
    Ok(rows)
}

fn existing_root(ecosystem: &Ecosystem, row: &Row) -> Result<Authority, ServiceError> {
    let signer = Signer::stored(ecosystem.keys(), &row.key_id).map_err(ServiceError::internal)?;
    let root = Authority::existing(chains::kept(&row.certificate)?, Vec::new(), signer);
    Ok(ecosystem.with_status(root.map_err(ServiceError::internal)?))
}

fn new_root(
    ecosystem: &Ecosystem,
    algorithm: Algorithm,
    organization: &str,
    made: &mut Vec<Made>,
) -> Result<Authority, ServiceError> {
    let profile = profile::V2G_ROOT.in_version(algorithm.version());
    let name = match algorithm {
        Algorithm::Secp256r1 => format!("{organization} V2G Root"),
        other => format!("{organization} V2G Root {other}"),
    };
    let subject = profile.subject(&name, organization, None).map_err(ServiceError::internal)?;
    let (key_id, signer) = key(ecosystem, "v2g-root", algorithm)?;
    let validity = profile.validity_from(ecosystem.now());
    let root = Authority::root(profile, subject, validity, signer, &mut ecosystem.rng());
    let root = ecosystem.with_status(root.map_err(ServiceError::internal)?);
    made.push(Made::ca(AuthorityKind::V2gRoot, profile, key_id, &root));
    Ok(root)
}

/// The name of a key of ours in the key store, and the key: made now, or by a founding that was cut off before anything was
/// certified.
fn key(ecosystem: &Ecosystem, name: &str, algorithm: Algorithm) -> Result<(String, Signer), ServiceError> {
    let keys = ecosystem.keys();
    let id = match algorithm {
        Algorithm::Secp256r1 => name.to_owned(),
        other => format!("{name}-{}", other.as_str().to_ascii_lowercase()),
    };
    match keys.generate(&id, algorithm) {
        Ok(_) | Err(KeyStoreError::AlreadyExists(_)) => {}
        Err(error) => return Err(ServiceError::internal(error)),
    }
    let signer = Signer::stored(keys, &id).map_err(ServiceError::internal)?;
    Ok((id, signer))
}
