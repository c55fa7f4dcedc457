//! Revocation lists: one for each CA, numbered, made anew when something was revoked and at half their life.

use std::sync::Arc;

use jiff::Timestamp;
use opnc_pki::crl::{Draft, Revoked};
use opnc_store::crls::{self, Crl};
use opnc_store::{Tx, issued_certificates};

use super::authorities::Authority;
use super::{Caching, LIST_VALID, unpoison};
use crate::{Ecosystem, ServiceError};

/// An encoded list.
#[derive(Debug)]
pub struct List {
    /// `CertificateList`, DER.
    pub der: Vec<u8>,
    /// For how long, and what caches are told.
    pub caching: Caching,
    generation: u64,
}

/// The list of a CA as it should be now: the one in memory, the one in the database, or a new one.
pub(super) async fn current(ecosystem: &Ecosystem, authority: &Authority) -> Result<Arc<List>, ServiceError> {
    let cache = ecosystem.status();
    let issuer = authority.certificate.fingerprint();
    let generation = cache.generation.current(ecosystem).await?;
    let kept = unpoison(cache.lists.read()).get(&issuer).cloned();
    if let Some(kept) = kept
        && kept.generation == generation
        && !is_due(kept.caching.from, kept.caching.until, ecosystem.now())
    {
        return Ok(kept);
    }
    if !authority.certificate.is_valid_at(ecosystem.now()) {
        return last(ecosystem, authority, generation).await;
    }
    let made =
        ecosystem.store().run_tx("make a revocation list", |tx| Box::pin(in_tx(tx, ecosystem, authority))).await?;
    let list = Arc::new(List {
        caching: Caching::new(&made.der, made.this_update, made.next_update),
        der: made.der,
        generation: made.revocations,
    });
    unpoison(cache.lists.write()).insert(issuer, Arc::clone(&list));
    Ok(list)
}

/// The last list of a CA that has ended: it signs no more, and nothing that it issued is valid. Whoever asks for it would
/// otherwise have one made each time, because none that it could make is good for a moment.
async fn last(ecosystem: &Ecosystem, authority: &Authority, generation: u64) -> Result<Arc<List>, ServiceError> {
    let issuer = authority.certificate.fingerprint();
    let last = crls::get(&mut ecosystem.store().read().await?, &issuer).await?;
    let last =
        last.ok_or_else(|| ServiceError::NotFound("This CA has ended, and has no revocation list.".to_owned()))?;
    let caching = Caching::new(&last.der, last.this_update, last.next_update);
    let list = Arc::new(List { der: last.der, caching, generation });
    Ok(list)
}

/// Another process may have made it: numbers are given out in the database.
async fn in_tx(tx: &mut Tx<'_>, ecosystem: &Ecosystem, authority: &Authority) -> Result<Crl, ServiceError> {
    let (issuer, now) = (&authority.certificate, ecosystem.now());
    let issuer_fingerprint = issuer.fingerprint();
    let revocations = issued_certificates::revocations(tx).await?;
    let last = crls::get(tx, &issuer_fingerprint).await?;
    let number = match last {
        Some(last) if last.revocations == revocations && !is_due(last.this_update, last.next_update, now) => {
            return Ok(last);
        }
        Some(last) => last.number + 1,
        None => 1,
    };
    let rows = issued_certificates::revoked(tx, &issuer_fingerprint, now).await?;
    let revoked = rows.into_iter().map(|row| {
        let serial = hex::decode(&row.serial).map_err(ServiceError::internal)?;
        Ok(Revoked { serial, at: row.revocation.at, reason: Some(row.revocation.reason) })
    });
    let revoked = revoked.collect::<Result<Vec<_>, ServiceError>>()?;
    let next_update = now.saturating_add(LIST_VALID).unwrap_or(now).min(issuer.not_after());
    let draft = Draft { issuer, number, this_update: now, next_update, revoked: &revoked };
    let der = draft.sign(&authority.signer(ecosystem)?).map_err(ServiceError::internal)?;
    let made = Crl { issuer_fingerprint, number, revocations, der, this_update: now, next_update };
    crls::put(tx, &made).await?;
    Ok(made)
}

/// Whether a list has lived for half its time, or the clock went back before it.
fn is_due(this_update: Timestamp, next_update: Timestamp, now: Timestamp) -> bool {
    let half = this_update.saturating_add(next_update.duration_since(this_update) / 2).unwrap_or(next_update);
    now < this_update || now >= half
}
