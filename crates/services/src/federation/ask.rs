//! Asking several peers at once: the first good answer wins, or all of them together; nobody is waited for beyond the deadline.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use jiff::SignedDuration;
use tokio::time::{Instant, timeout_at};

use super::peer::{Passing, Peer, Reply};
use super::policy::LONGEST_MISSING;
use super::{Answer, Question, identity, merge, route};
use crate::{Caller, Ecosystem, ServiceError};

/// What came of asking.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// An answer that holds, and whether all who may have a part of it have said theirs.
    Found { answer: Answer, all_said: bool },
    /// All who could be asked said no; whether that is everybody who may have it, and none of them refused to tell.
    Nobody { all_said: bool },
    /// Nobody has it, and somebody failed who may have.
    Incomplete,
}

/// Asks the peers that may know, once for all who ask the same for the same party.
pub(super) async fn ask(ecosystem: &Ecosystem, caller: &Caller, question: &Question) -> Result<Outcome, ServiceError> {
    let federation = ecosystem.federation();
    let known = federation.registry.peers(ecosystem).await?;
    let rounds = route::rounds(question, &known.peers, caller.reach.to.as_ref());
    if rounds.iter().all(Vec::is_empty) {
        return Ok(Outcome::Nobody { all_said: true });
    }
    let deadline = Instant::now() + ecosystem.policy().federation.deadline;
    let identity = identity::identity(caller, question);
    let passing = Passing { own_id: known.own_id.to_string(), correlation: caller.reach.correlation.clone(), identity };
    let to = rounds.iter().flatten().map(|peer| peer.id.to_string()).collect::<Vec<_>>().join(" ");
    let key = question.hash(&format!("{:?} {} {to}", passing.identity, caller.role));
    let of_all = question.is_of_anybody().then(|| question.hash(&to));
    let policy = &ecosystem.policy().federation;
    let asked = async {
        let outcome = in_rounds(ecosystem, question, &rounds, &passing, deadline).await;
        let kept = match &outcome {
            Outcome::Found { .. } if question.is_remembered() => policy.remember_found,
            Outcome::Nobody { .. } => policy.remember_missing.min(LONGEST_MISSING),
            Outcome::Found { .. } | Outcome::Incomplete => SignedDuration::ZERO,
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
    deadline: Instant,
) -> Outcome {
    let (mut all_said, mut failed) = (true, false);
    for (number, peers) in rounds.iter().enumerate() {
        match at_once(ecosystem, question, peers, passing, deadline).await {
            Outcome::Found { answer, all_said: these } => {
                let is_last = number + 1 == rounds.len();
                return Outcome::Found { answer, all_said: all_said && these && !failed && is_last };
            }
            Outcome::Incomplete => failed = true,
            Outcome::Nobody { all_said: these } => all_said &= these,
        }
    }
    if failed { Outcome::Incomplete } else { Outcome::Nobody { all_said } }
}

/// Asks all of them. Who has not answered when this ends is not listened to any more.
async fn at_once(
    ecosystem: &Ecosystem,
    question: &Question,
    peers: &[Arc<Peer>],
    passing: &Passing,
    deadline: Instant,
) -> Outcome {
    let mut calls: Vec<Pin<Box<dyn Future<Output = Reply> + Send + '_>>> = Vec::with_capacity(peers.len());
    for peer in peers {
        calls.push(Box::pin(async move { peer.ask(ecosystem, question, passing).await }));
    }
    let (mut found, mut all_said, mut failed) = (Vec::new(), true, false);
    while !calls.is_empty() {
        match timeout_at(deadline, next(&mut calls)).await {
            Ok(Reply::Good(answer)) => {
                found.push(answer);
                if !question.merges() {
                    break;
                }
            }
            Ok(Reply::No) => {}
            Ok(Reply::Untold) => all_said = false,
            Ok(Reply::Failed | Reply::Wrong) => failed = true,
            Err(_) => {
                tracing::warn!(still_asked = calls.len(), "peers did not answer before the deadline");
                failed = true;
                break;
            }
        }
    }
    match (merge::merged(question, found), failed) {
        (Some(answer), failed) => Outcome::Found { answer, all_said: all_said && !failed },
        (None, true) => Outcome::Incomplete,
        (None, false) => Outcome::Nobody { all_said },
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
