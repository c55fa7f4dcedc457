//! OCSP answers: signed when somebody asks, and kept for the next one.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use opnc_pki::ocsp::{CertId, Failure, Request, Single, Status};
use opnc_store::issued_certificates;

use super::authorities::Authority;
use super::{ANSWER_VALID, Caching, unpoison};
use crate::{Ecosystem, ServiceError};

/// The most answers that are kept; then all are forgotten.
const MOST_KEPT: usize = 50_000;

/// An encoded answer.
#[derive(Debug)]
pub struct Answer {
    /// `OCSPResponse`, DER.
    pub der: Vec<u8>,
    /// For how long, and what caches are told, when somebody else may get the same answer.
    pub caching: Option<Caching>,
    /// From then on it is made anew.
    refresh_at: Timestamp,
    /// The count of revocations at which it was made.
    generation: u64,
}

/// What was answered, by the shortest request for it: one certificate and nothing else, as almost everybody asks.
#[derive(Default)]
pub(super) struct Answers(RwLock<HashMap<Vec<u8>, Arc<Answer>>>);

impl Answers {
    fn get(&self, request: &[u8], generation: u64, now: Timestamp) -> Option<Arc<Answer>> {
        let kept = unpoison(self.0.read()).get(request).cloned()?;
        let from = kept.caching.as_ref()?.from;
        (kept.generation == generation && from <= now && now < kept.refresh_at).then_some(kept)
    }

    fn put(&self, request: Vec<u8>, answer: &Arc<Answer>) {
        let mut kept = unpoison(self.0.write());
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(request, Arc::clone(answer));
    }
}

pub(super) async fn answer(ecosystem: &Ecosystem, request: &[u8]) -> Arc<Answer> {
    match answer_or_fail(ecosystem, request).await {
        Ok(answer) => answer,
        Err(error) => {
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            tracing::error!(%error, source, "an OCSP request could not be answered");
            failed(Failure::TryLater)
        }
    }
}

pub(super) fn kept(ecosystem: &Ecosystem, request: &[u8]) -> Option<Arc<Answer>> {
    let (cache, now) = (ecosystem.status(), ecosystem.now());
    cache.answers.get(request, cache.generation.known(ecosystem, now)?, now)
}

async fn answer_or_fail(ecosystem: &Ecosystem, request: &[u8]) -> Result<Arc<Answer>, ServiceError> {
    let cache = ecosystem.status();
    let (generation, now) = (cache.generation.current(ecosystem).await?, ecosystem.now());
    if let Some(kept) = cache.answers.get(request, generation, now) {
        return Ok(kept);
    }
    match Request::from_der(request) {
        Ok(request) => answer_request(ecosystem, &request, generation, now).await,
        Err(error) => {
            tracing::debug!(%error, "an OCSP request cannot be read");
            Ok(failed(Failure::Malformed))
        }
    }
}

async fn answer_request(
    ecosystem: &Ecosystem,
    request: &Request,
    generation: u64,
    now: Timestamp,
) -> Result<Arc<Answer>, ServiceError> {
    let cache = ecosystem.status();
    // Without what does not count, such as the name of who asks: nobody fills the cache with spellings.
    let alone = (request.ids.len() == 1 && request.nonce.is_none()).then(|| request.to_der());
    let alone = alone.transpose().map_err(ServiceError::internal)?;
    if let Some(kept) = alone.as_ref().and_then(|request| cache.answers.get(request, generation, now)) {
        return Ok(kept);
    }
    let Some(authority) = common_authority(ecosystem, &request.ids).await? else {
        return Ok(failed(Failure::Unauthorized));
    };
    // A CA that has ended can certify no responder, and nothing that it issued is valid (RFC 5019, 2.2.3).
    if !authority.certificate.is_valid_at(now) {
        return Ok(failed(Failure::Unauthorized));
    }
    let responder = cache.responders.of(ecosystem, &authority).await?;
    let next_update = now.saturating_add(ANSWER_VALID).unwrap_or(now).min(responder.certificate().not_after());
    let mut singles = Vec::with_capacity(request.ids.len());
    for id in &request.ids {
        let status = status_of(ecosystem, &authority, id).await?;
        singles.push(Single { id: id.clone(), status, this_update: now, next_update: Some(next_update) });
    }
    let der = responder.sign(&singles, request.nonce.as_deref(), now).map_err(ServiceError::internal)?;
    // What nobody issued is not kept: there is no end to such numbers.
    let known = singles.iter().all(|single| single.status != Status::Unknown);
    let kept_for = alone.filter(|_| known);
    let caching = kept_for.as_ref().map(|_| Caching::new(&der, now, next_update));
    let refresh_at = now.saturating_add(next_update.duration_since(now) / 2).unwrap_or(now);
    let answer = Arc::new(Answer { der, caching, refresh_at, generation });
    if let Some(request) = kept_for {
        cache.answers.put(request, &answer);
    }
    Ok(answer)
}

/// The CA that all of them are of; `None`: one of them is not of ours, or they are of several.
async fn common_authority(ecosystem: &Ecosystem, ids: &[CertId]) -> Result<Option<Arc<Authority>>, ServiceError> {
    let mut common: Option<Arc<Authority>> = None;
    for id in ids {
        let Some(authority) = ecosystem.status().authorities.by_hashes(ecosystem, id).await? else { return Ok(None) };
        if common.as_ref().is_some_and(|common| common.certificate != authority.certificate) {
            return Ok(None);
        }
        common = Some(authority);
    }
    Ok(common)
}

async fn status_of(ecosystem: &Ecosystem, authority: &Authority, id: &CertId) -> Result<Status, ServiceError> {
    let issuer = authority.certificate.fingerprint();
    let mut reader = ecosystem.store().read().await?;
    let issued = issued_certificates::find(&mut reader, &issuer, &hex::encode(id.serial())).await?;
    Ok(match issued.map(|issued| issued.revocation) {
        None => Status::Unknown,
        Some(None) => Status::Good,
        Some(Some(revocation)) => Status::Revoked { at: revocation.at, reason: Some(revocation.reason) },
    })
}

fn failed(failure: Failure) -> Arc<Answer> {
    Arc::new(Answer { der: failure.to_der(), caching: None, refresh_at: Timestamp::MIN, generation: 0 })
}
