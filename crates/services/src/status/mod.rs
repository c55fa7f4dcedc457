//! The state of the certificates that our own CAs issued: OCSP answers and revocation lists.
//!
//! Everything is made from the records of issued certificates, nothing is written by hand: a revocation is in the next
//! answer. A number in the database counts revocations; what was made at another number is made again. The number is read
//! again after each change by this process, and at least twice a second because of other processes.

mod authorities;
mod caching;
mod crl;
mod generation;
mod ocsp;
mod responders;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::SignedDuration;
use opnc_messages::ids::Fingerprint;

use crate::{Ecosystem, ServiceError};
use authorities::Authorities;
use generation::Generation;
use ocsp::Answers;
use responders::Responders;

pub use caching::Caching;
pub use crl::List;
pub use ocsp::Answer;

/// How long an OCSP answer may be used.
pub const ANSWER_VALID: SignedDuration = SignedDuration::from_hours(12);
/// How long a revocation list may be used; after half of it there is a new one.
pub const LIST_VALID: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is kept in memory.
#[derive(Default)]
pub(crate) struct StatusCache {
    generation: Generation,
    authorities: Authorities,
    responders: Responders,
    answers: Answers,
    lists: RwLock<HashMap<Fingerprint, Arc<List>>>,
}

/// Answers an OCSP request, whatever it is.
pub async fn answer(ecosystem: &Ecosystem, request: &[u8]) -> Arc<Answer> {
    ocsp::answer(ecosystem, request).await
}

/// The answer to an OCSP request, where it is in memory and nothing can have changed it: without waiting for anything.
#[must_use]
pub fn kept(ecosystem: &Ecosystem, request: &[u8]) -> Option<Arc<Answer>> {
    ocsp::kept(ecosystem, request)
}

/// The revocation list of one of our CAs by its name in URLs; `None`: there is no such CA.
///
/// # Errors
/// When the database or the CA's key fails.
pub async fn list(ecosystem: &Ecosystem, id: &str) -> Result<Option<Arc<List>>, ServiceError> {
    let Some(authority) = ecosystem.status().authorities.by_id(ecosystem, id).await? else { return Ok(None) };
    crl::current(ecosystem, &authority).await.map(Some)
}

/// The certificate of one of our CAs by its name in URLs, DER.
///
/// # Errors
/// When the database fails.
pub async fn authority(ecosystem: &Ecosystem, id: &str) -> Result<Option<Vec<u8>>, ServiceError> {
    let authority = ecosystem.status().authorities.by_id(ecosystem, id).await?;
    Ok(authority.map(|authority| authority.certificate.der().to_vec()))
}

/// Makes the lists that are due, of every CA; how many CAs there are.
///
/// # Errors
/// When the database or a CA's key fails.
pub async fn make_lists(ecosystem: &Ecosystem) -> Result<usize, ServiceError> {
    let all = ecosystem.status().authorities.all(ecosystem).await?;
    for authority in &all {
        if authority.certificate.is_valid_at(ecosystem.now()) {
            crl::current(ecosystem, authority).await?;
        }
    }
    Ok(all.len())
}

/// How many certificates were revoked here, at most half a second ago.
pub(crate) async fn revocations(ecosystem: &Ecosystem) -> Result<u64, ServiceError> {
    ecosystem.status().generation.current(ecosystem).await
}

fn unpoison<T>(lock: Result<T, PoisonError<T>>) -> T {
    lock.unwrap_or_else(PoisonError::into_inner)
}
