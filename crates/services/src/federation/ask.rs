//! Asking several peers at once: the first good answer wins, or all of them together; nobody is waited for beyond the deadline.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use jiff::SignedDuration;
use tokio::time::Instant;

use super::peer::{Passing, Peer, Reply};
use super::policy::LONGEST_MISSING;
use super::{Answer, Question, identity, merge, route};
use crate::{Caller, Ecosystem, ServiceError};

/// What came of asking.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// An answer that holds, and whether all who may have a part of it have said theirs.
    Found { answer: Answer, all_said: bool },
    /// All who could be asked said no; whether that is everybody who may have it, and none of them refused to tell. Where
    /// somebody was not asked, because it fails: in how many seconds it may be.
    Nobody { all_said: bool, again: Option<u64> },
    /// Nobody has it, and somebody failed who may have; in how many seconds to ask again, where it says so.
    Incomplete { again: Option<u64> },
}

/// Nobody has it: everybody who may have it has said so.
pub(super) const NOBODY: Outcome = Outcome::Nobody { all_said: true, again: None };

/// Asks the peers that may know, once for all who ask the same for the same party. With `is_guess`, it is about a car or a
/// contract that is not here: a miss, until somebody has it.
///
/// # Errors
/// [`ServiceError::TooManyMisses`] for who has guessed too often; when the store fails.
pub(super) async fn ask(
    ecosystem: &Ecosystem,
    caller: &Caller,
    question: &Question,
    is_guess: bool,
) -> Result<Outcome, ServiceError> {
    let federation = ecosystem.federation();
    let known = federation.registry.peers(ecosystem).await?;
    let rounds = route::rounds(question, &known, caller.reach.to.as_ref());
    if rounds.iter().all(Vec::is_empty) {
        return Ok(NOBODY);
    }
    if is_guess {
        ecosystem.misses().check(caller, ecosystem.now())?;
        ecosystem.misses().note(caller, ecosystem.now());
    }
    let passing = Passing {
        own_id: known.own_id.to_string(),
        correlation: caller.reach.correlation.clone(),
        identity: identity::identity(caller, question),
        party: caller.party,
        deadline: Instant::now() + ecosystem.policy().federation.deadline,
    };
    let to = rounds.iter().flatten().map(|peer| peer.id.to_string()).collect::<Vec<_>>().join(" ");
    let key = question.hash(&format!("{:?} {} {to}", passing.identity, caller.role));
    let of_all = question.is_of_anybody().then(|| question.hash(&to));
    let policy = &ecosystem.policy().federation;
    let asked = async {
        let outcome = in_rounds(ecosystem, question, &rounds, &passing).await;
        let kept = match &outcome {
            Outcome::Found { .. } if question.is_remembered() => policy.remember_found,
            Outcome::Nobody { again, .. } => {
                let again = again.map_or(LONGEST_MISSING, |seconds| SignedDuration::from_secs(seconds.cast_signed()));
                policy.remember_missing.min(LONGEST_MISSING).min(again)
            }
            Outcome::Found { .. } | Outcome::Incomplete { .. } => SignedDuration::ZERO,
        };
        (outcome, kept)
    };
    Ok(federation.flights.run(key, of_all, ecosystem.now(), asked).await)
}

async fn in_rounds(
    ecosystem: &Ecosystem,
    question: &Question,
    rounds: &[Vec<Arc<Peer>>],
    passing: &Passing,
) -> Outcome {
    let (mut all_said, mut failed, mut later) = (true, false, None);
    for (number, peers) in rounds.iter().enumerate() {
        match at_once(ecosystem, question, peers, passing).await {
            Outcome::Found { answer, all_said: these } => {
                let is_last = number + 1 == rounds.len();
                return Outcome::Found { answer, all_said: all_said && these && !failed && is_last };
            }
            Outcome::Incomplete { again } => (failed, later) = (true, later.max(again)),
            Outcome::Nobody { all_said: these, again } => (all_said, later) = (all_said && these, later.max(again)),
        }
    }
    if failed { Outcome::Incomplete { again: later } } else { Outcome::Nobody { all_said, again: later } }
}

/// Asks all of them, each until the deadline. Who has not answered when this ends is not listened to any more.
async fn at_once(ecosystem: &Ecosystem, question: &Question, peers: &[Arc<Peer>], passing: &Passing) -> Outcome {
    let mut calls: Vec<Pin<Box<dyn Future<Output = Reply> + Send + '_>>> = Vec::with_capacity(peers.len());
    for peer in peers {
        calls.push(Box::pin(async move { peer.ask(ecosystem, question, passing).await }));
    }
    let (mut found, mut all_said, mut failed, mut later) = (Vec::new(), true, false, None);
    while !calls.is_empty() {
        match next(&mut calls).await {
            Reply::Good(answer) => {
                found.push(answer);
                if !question.merges() {
                    break;
                }
            }
            Reply::No => {}
            Reply::Untold => all_said = false,
            Reply::LeftAlone(seconds) => (all_said, later) = (false, later.max(Some(seconds))),
            Reply::Later(seconds) => (failed, later) = (true, later.max(Some(seconds))),
            Reply::Failed | Reply::Wrong => failed = true,
        }
    }
    match (merge::merged(question, found), failed) {
        (Some(answer), failed) => Outcome::Found { answer, all_said: all_said && !failed },
        (None, true) => Outcome::Incomplete { again: later },
        (None, false) => Outcome::Nobody { all_said, again: later },
    }
}

/// The reply of whoever is the next to answer; it is not waited for any more. All of it belongs to the request that asks, so
/// that its trace has it, and nothing goes on when it is cut off.
async fn next(calls: &mut Vec<Pin<Box<dyn Future<Output = Reply> + Send + '_>>>) -> Reply {
    poll_fn(|context| {
        for place in 0..calls.len() {
            let Some(call) = calls.get_mut(place) else { break };
            if let Poll::Ready(reply) = call.as_mut().poll(context) {
                drop(calls.swap_remove(place));
                return Poll::Ready(reply);
            }
        }
        Poll::Pending
    })
    .await
}
