//! New certificates and keys for the signers of contract data, before the old ones end.
//!
//! The old signer signs nothing from then on. Its certificate is not revoked: a contract that it signed is good for as long as
//! it would have been.

use jiff::{SignedDuration, Timestamp};
use opnc_pki::certificate::{Certificate, attribute};
use opnc_pki::issue::{Authority, Request, Validity};
use opnc_pki::key::Signer;
use opnc_pki::profile;
use opnc_store::authorities::{self, Authority as Row, AuthorityKind};
use opnc_store::{certificates, issued_certificates};

use super::keep::Made;
use crate::{Caller, Ecosystem, ServiceError, audit, chains, record};

/// A signer that has a successor.
#[derive(Debug, Clone)]
pub struct Renewed {
    /// The certificate that signs no longer.
    pub old: Certificate,
    /// The one that signs now.
    pub new: Certificate,
}

/// Which signers get a successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that sign, and have lived two thirds of their life.
    Due,
    /// Every CPS: also one that has time, or that was revoked.
    All,
}

/// The job: renews the signers that are due.
///
/// # Errors
/// As [`renew`].
pub(crate) async fn run(ecosystem: &Ecosystem) -> Result<(), ServiceError> {
    let program = &Caller::program(ecosystem.new_id());
    for one in renew(program, ecosystem, Which::Due).await? {
        tracing::info!(subject = %one.new.subject(), until = %one.new.not_after(), "a signer of contract data was renewed");
    }
    Ok(())
}

/// Gives signers of contract data a new key and a new certificate of the same name below the same CA. Other processes sign with
/// it from their next message on.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody but admins; when the CA above signs no longer, or key store or database fail.
pub async fn renew(caller: &Caller, ecosystem: &Ecosystem, which: Which) -> Result<Vec<Renewed>, ServiceError> {
    audit::admins_only(caller)?;
    let rows = authorities::list(&mut ecosystem.store().read().await?).await?;
    let mut renewed = Vec::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.kind == AuthorityKind::CpsSigner) {
        let old = chains::kept(&row.certificate)?;
        let later = rows.get(index.saturating_add(1)..).unwrap_or_default();
        let has_successor =
            later.iter().any(|other| other.kind == row.kind && other.root_fingerprint == row.root_fingerprint);
        let wanted = match which {
            Which::Due => row.active && is_due(&old, ecosystem.now()),
            Which::All => row.active || !has_successor,
        };
        if !wanted {
            continue;
        }
        if let Some(new) = succeed(caller, ecosystem, &rows, row, &old).await? {
            renewed.push(Renewed { old, new });
        }
    }
    Ok(renewed)
}

/// Whether two thirds of a life are over.
fn is_due(certificate: &Certificate, now: Timestamp) -> bool {
    certificate.not_after().duration_since(now) <= life(certificate) / 3
}

fn life(certificate: &Certificate) -> SignedDuration {
    certificate.not_after().duration_since(certificate.not_before())
}

/// Makes the successor; `None` when another process was first.
async fn succeed(
    caller: &Caller,
    ecosystem: &Ecosystem,
    rows: &[Row],
    row: &Row,
    old: &Certificate,
) -> Result<Option<Certificate>, ServiceError> {
    let issuer = issuer(ecosystem, rows, row).await?;
    let key_id = format!("cps-{}", ecosystem.new_id());
    ecosystem.keys().generate(&key_id, issuer.algorithm()).map_err(ServiceError::internal)?;
    let signer = Signer::stored(ecosystem.keys(), &key_id).map_err(ServiceError::internal)?;
    let profile = profile::CPS.in_version(issuer.algorithm().version());
    let organization = old.subject().first(attribute::ORGANIZATION).unwrap_or("OPNC");
    let name = old.common_name().unwrap_or("OPNC CPS");
    let days = u32::try_from(life(old).as_hours() / 24).unwrap_or(profile.default_days).max(1);
    let request = Request {
        profile,
        subject: profile.subject(name, organization, None).map_err(ServiceError::internal)?,
        public_key: signer.public_key().clone(),
        validity: Validity::days(ecosystem.now(), days).within(issuer.certificate()),
    };
    let certificate = issuer.issue(request, &mut ecosystem.rng()).map_err(ServiceError::internal)?;
    let kind = AuthorityKind::CpsSigner;
    let made = Made { kind, profile, key_id, certificate: certificate.clone(), above: issuer.chain() };
    let (new, issued, fingerprint) = (
        &Row { prefix: row.prefix.clone(), party_id: row.party_id, ..made.row(ecosystem, None) },
        &made.issued(ecosystem),
        &certificate.fingerprint().to_string(),
    );
    let kept = ecosystem.store().run_tx("renew signer", |tx| {
        Box::pin(async move {
            let still = authorities::active(tx, kind).await?;
            if row.active && !still.iter().any(|other| other.id == row.id) {
                return Ok(false);
            }
            authorities::set_active(tx, row.id, false).await?;
            authorities::add(tx, new).await?;
            if let Some(one) = issued {
                issued_certificates::add(tx, one).await?;
            }
            record::note(tx, caller, ecosystem, "RenewSigner", fingerprint).await?;
            Ok::<_, ServiceError>(true)
        })
    });
    Ok(kept.await?.then_some(certificate))
}

/// The CA that issued a signer, which still signs.
async fn issuer(ecosystem: &Ecosystem, rows: &[Row], row: &Row) -> Result<Authority, ServiceError> {
    let above = row.chain.first().unwrap_or(&row.root_fingerprint);
    let ca = rows.iter().find(|ca| ca.active && ca.certificate.fingerprint == *above);
    let ca = ca.ok_or_else(|| ServiceError::invalid("the CA that has issued this CPS signs no longer"))?;
    let mut reader = ecosystem.store().read().await?;
    let mut above = Vec::new();
    for fingerprint in ca.chain.iter().chain([&ca.root_fingerprint]) {
        let certificate = certificates::get(&mut reader, fingerprint).await?;
        above
            .push(chains::kept(&certificate.ok_or_else(|| ServiceError::internal("a CA above a CPS is not stored"))?)?);
    }
    let signer = Signer::stored(ecosystem.keys(), &ca.key_id).map_err(ServiceError::internal)?;
    let authority = Authority::existing(chains::kept(&ca.certificate)?, above, signer);
    Ok(ecosystem.with_status(authority.map_err(ServiceError::internal)?))
}
