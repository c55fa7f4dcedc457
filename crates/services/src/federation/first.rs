//! Our own pools first, then the peers.

use opnc_store::party_identifiers;
use uuid::Uuid;

use super::ask::{Outcome, ask};
use super::{Answer, Incomplete, Question};
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
    /// Somebody could not be asked, or does not tell us.
    Some,
    /// Somebody failed.
    Failed,
}

/// What our own pool says; where that is that it has no such thing, what the peers say.
///
/// # Errors
/// Those of our own pool; [`ServiceError::Incomplete`] when nobody has it, and somebody failed who may have.
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
            Err(missing) if is_missing(&missing) => Some(missing),
            answered => return answered,
        },
    };
    let question = question()?;
    match ask(ecosystem, caller, &question).await? {
        Outcome::Found { answer, .. } => {
            if missing.is_some() {
                ecosystem.misses().forgive(caller);
            }
            take(answer).ok_or_else(|| ServiceError::internal("the answer to another question"))
        }
        Outcome::Nobody { .. } => Err(missing.unwrap_or_else(|| question.missing())),
        Outcome::Incomplete => Err(incomplete(ecosystem, missing.unwrap_or_else(|| question.missing()))),
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
        let said = if has_peers(ecosystem).await? { Said::Some } else { Said::All };
        return Ok(Others { answer: None, said });
    }
    let said = |all_said| if all_said { Said::All } else { Said::Some };
    Ok(match ask(ecosystem, caller, question).await? {
        Outcome::Found { answer, all_said } => Others { answer: Some(answer), said: said(all_said) },
        Outcome::Nobody { all_said } => Others { answer: None, said: said(all_said) },
        Outcome::Incomplete => Others { answer: None, said: Said::Failed },
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
    let holders = party_identifiers::holders(&mut ecosystem.store().read().await?, to).await?;
    let is_peer = |holder: &Uuid| known.peers.iter().any(|peer| peer.id == *holder);
    Ok(if holders.is_empty() {
        // Nobody here knows that party: as if it were not named.
        Direction::HereFirst
    } else if holders.iter().all(is_peer) {
        Direction::There
    } else {
        Direction::Here
    })
}

fn is_missing(error: &ServiceError) -> bool {
    matches!(error, ServiceError::NotFound(_) | ServiceError::Installation { missing: true, .. })
}

/// What the caller is told when not everybody could be asked.
pub(crate) fn incomplete(ecosystem: &Ecosystem, missing: ServiceError) -> ServiceError {
    if ecosystem.policy().federation.incomplete == Incomplete::NotFound {
        return missing;
    }
    let exi = match missing {
        ServiceError::Installation { exi, .. } => exi,
        _ => None,
    };
    ServiceError::Incomplete { exi }
}
