//! Our own pools first, then the peers.

use opnc_messages::header::{TO_PARTY_ID, TO_PARTY_TYPE};

use super::ask::{Outcome, ask};
use super::identity::headers;
use super::{Answer, Incomplete, Question};
use crate::error::Missing;
use crate::{Caller, Ecosystem, ServiceError};

/// What the peers said to a question that our own pools may have answered in part.
pub(crate) struct Others {
    /// All that they have of it.
    pub(crate) answer: Option<Answer>,
    /// Whether that is all there is.
    pub(crate) said: Said,
}

/// How much is known of what the peers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// Everybody who may have something has told.
    All,
    /// Somebody does not tell us, or could not be asked: then perhaps in so many seconds.
    Some(Option<u64>),
    /// Somebody failed; in how many seconds to ask again, where it says so.
    Failed(Option<u64>),
}

/// What our own pool says; where that is that it has no such thing, what the peers say.
///
/// # Errors
/// Those of our own pool; [`ServiceError::Incomplete`] when nobody has it, and somebody failed who may have, or
/// [`ServiceError::LeftAlone`] when that one is not asked for now; [`ServiceError::TooManyMisses`] before anybody is asked.
pub(crate) async fn first<T>(
    caller: &Caller,
    ecosystem: &Ecosystem,
    question: impl FnOnce() -> Result<Question, ServiceError>,
    own: impl Future<Output = Result<T, ServiceError>>,
    take: impl FnOnce(Answer) -> Option<T>,
) -> Result<T, ServiceError> {
    let missing = match direction(caller, ecosystem).await? {
        Direction::Here => return own.await,
        Direction::There => None,
        Direction::HereFirst => match own.await {
            Err(missing) if may_be_elsewhere(&missing) => Some(missing),
            answered => return answered,
        },
    };
    let question = question()?;
    let is_noted = missing.as_ref().is_some_and(|missing| is_noted(&question, missing));
    let outcome = ask(ecosystem, caller, &question, !is_noted).await?;
    let missing = missing.unwrap_or_else(|| question.missing());
    match outcome {
        Outcome::Found { answer, .. } => {
            ecosystem.misses().forgive(caller);
            take(answer).ok_or_else(|| ServiceError::internal("the answer to another question"))
        }
        Outcome::Nobody { again, .. } => Err(left_alone(missing, again)),
        Outcome::Incomplete { again } => Err(incomplete(ecosystem, missing, again)),
    }
}

/// What the peers say beside our own pools, for answers of which each pool has a part.
///
/// # Errors
/// When the store fails.
pub(crate) async fn with_peers(
    caller: &Caller,
    ecosystem: &Ecosystem,
    question: &Question,
) -> Result<Others, ServiceError> {
    if direction(caller, ecosystem).await? == Direction::Here {
        let said = if has_peers(ecosystem).await? { Said::Some(None) } else { Said::All };
        return Ok(Others { answer: None, said });
    }
    let said = |all_said, again| if all_said { Said::All } else { Said::Some(again) };
    // It is about what is known here.
    Ok(match ask(ecosystem, caller, question, false).await? {
        Outcome::Found { answer, all_said } => Others { answer: Some(answer), said: said(all_said, None) },
        Outcome::Nobody { all_said, again } => Others { answer: None, said: said(all_said, again) },
        Outcome::Incomplete { again } => Others { answer: None, said: Said::Failed(again) },
    })
}

/// Whether there is anybody who could be asked.
///
/// # Errors
/// When the store fails.
pub(crate) async fn has_peers(ecosystem: &Ecosystem) -> Result<bool, ServiceError> {
    Ok(!ecosystem.federation().registry.peers(ecosystem).await?.peers.is_empty())
}

/// Where a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// To our own pools alone.
    Here,
    /// To our own pools, and on where they do not know.
    HereFirst,
    /// To the peers that speak for the party that the caller names.
    There,
}

async fn direction(caller: &Caller, ecosystem: &Ecosystem) -> Result<Direction, ServiceError> {
    let is_passed_on = !caller.reach.forwarded_by.is_empty();
    if !caller.reach.peers && !is_passed_on {
        return Ok(Direction::Here);
    }
    let known = ecosystem.federation().registry.peers(ecosystem).await?;
    if is_passed_on {
        // It ends here in any case. A peer that sends our own questions back passes on what it must not (F2).
        if caller.reach.forwarded_by.iter().any(|id| **id == *known.own_id) {
            tracing::warn!(peer = %caller.party, "a peer sends our own question back");
            ecosystem.store().meter().count("opnc_peer_calls_total", &[("outcome", "loop")]);
        }
        return Ok(Direction::Here);
    }
    if known.peers.is_empty() {
        return Ok(Direction::Here);
    }
    let Some(to) = &caller.reach.to else { return Ok(Direction::HereFirst) };
    if known.held_here.contains(to) {
        return Ok(Direction::Here);
    }
    if known.peers.iter().any(|peer| peer.speaks_for(to)) {
        return Ok(Direction::There);
    }
    // Not as if nobody were named: a receiver that is mistyped must not make others hear of a car or a contract.
    let [kind, id] = headers(to).unwrap_or_default().map(|(_, value)| value);
    Err(ServiceError::invalid(format!(
        "{TO_PARTY_ID} : nobody who can be asked from here speaks for {kind} {id}. Without {TO_PARTY_TYPE} and \
         {TO_PARTY_ID} the question goes to whoever may know."
    )))
}

/// Whether another ecosystem may have what is missing here. Where the car has a contract here that it cannot get now, it
/// gets no other from elsewhere: a payer is not changed silently (A8).
fn may_be_elsewhere(error: &ServiceError) -> bool {
    match error {
        ServiceError::NotFound(_) => true,
        ServiceError::Installation { missing, .. } => matches!(missing, Some(Missing::Car | Missing::Contract)),
        _ => false,
    }
}

/// Whether our own pool has counted the miss: it does where it does not know the car.
fn is_noted(question: &Question, missing: &ServiceError) -> bool {
    match missing {
        ServiceError::Installation { missing, .. } => *missing == Some(Missing::Car),
        _ => question.is_of_anybody(),
    }
}

/// What the caller is told when nobody has it and somebody was not asked, because it fails: a no that is not final.
pub(crate) fn left_alone(missing: ServiceError, again: Option<u64>) -> ServiceError {
    match (missing, again) {
        (ServiceError::NotFound(message), Some(retry_after_seconds)) => {
            ServiceError::LeftAlone { message, exi: None, retry_after_seconds }
        }
        (ServiceError::Installation { message, exi, missing: Some(_) }, Some(retry_after_seconds)) => {
            ServiceError::LeftAlone { message, exi, retry_after_seconds }
        }
        (missing, _) => missing,
    }
}

/// What the caller is told when somebody failed who may have it.
pub(crate) fn incomplete(ecosystem: &Ecosystem, missing: ServiceError, again: Option<u64>) -> ServiceError {
    if ecosystem.policy().federation.incomplete == Incomplete::NotFound {
        return left_alone(missing, again);
    }
    let exi = match missing {
        ServiceError::Installation { exi, .. } => exi,
        _ => None,
    };
    ServiceError::Incomplete { exi, retry_after_seconds: again }
}
