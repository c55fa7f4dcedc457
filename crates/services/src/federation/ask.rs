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
    /// An answer that holds.
    Found(Answer),
    /// All who could be asked said no.
    Nobody,
    /// Nobody has it, and somebody failed who may have.
    Incomplete,
}

/// Asks the peers that may know, once for all who ask the same for the same party.
pub(super) async fn ask(ecosystem: &Ecosystem, caller: &Caller, question: &Question) -> Result<Outcome, ServiceError> {
    let federation = ecosystem.federation();
    let known = federation.registry.peers(ecosystem).await?;
    let rounds = route::rounds(question, &known.peers, caller.reach.to.as_ref());
    if rounds.iter().all(Vec::is_empty) {
        return Ok(Outcome::Nobody);
    }
    let identity = identity::identity(caller, question);
    let passing = Passing { own_id: known.own_id.to_string(), correlation: caller.reach.correlation.clone(), identity };
    let to = rounds.iter().flatten().map(|peer| peer.id.to_string()).collect::<Vec<_>>().join(" ");
    let key = question.hash(&format!("{:?} {} {to}", passing.identity, caller.role));
    let policy = &ecosystem.policy().federation;
    let asked = async {
        let outcome = in_rounds(ecosystem, question, rounds, &passing).await;
        let kept = match &outcome {
            Outcome::Found(_) if question.is_remembered() => policy.remember_found,
            Outcome::Nobody => policy.remember_missing.min(LONGEST_MISSING),
            Outcome::Found(_) | Outcome::Incomplete => SignedDuration::ZERO,
        };
        (outcome, kept)
    };
    Ok(federation.flights.run(key, ecosystem.now(), asked).await)
}

async fn in_rounds(
    ecosystem: &Ecosystem,
    question: &Question,
    rounds: Vec<Vec<Arc<Peer>>>,
    passing: &Passing,
) -> Outcome {
    let deadline = Instant::now() + ecosystem.policy().federation.deadline;
    let mut all = Outcome::Nobody;
    for peers in rounds {
        match at_once(ecosystem, question, peers, passing, deadline).await {
            found @ Outcome::Found(_) => return found,
            Outcome::Incomplete => all = Outcome::Incomplete,
            Outcome::Nobody => {}
        }
    }
    all
}

/// Asks all of them. Who has not answered when this ends is not listened to any more.
async fn at_once(
    ecosystem: &Ecosystem,
    question: &Question,
    peers: Vec<Arc<Peer>>,
    passing: &Passing,
    deadline: Instant,
) -> Outcome {
    let mut calls: Vec<Pin<Box<dyn Future<Output = Reply> + Send + '_>>> = Vec::with_capacity(peers.len());
    for peer in peers {
        calls.push(Box::pin(async move { peer.ask(ecosystem, question, passing).await }));
    }
    let (mut found, mut failed) = (Vec::new(), false);
    while !calls.is_empty() {
        match timeout_at(deadline, next(&mut calls)).await {
            Ok(Reply::Good(answer)) => {
                found.push(answer);
                if !question.merges() {
                    break;
                }
            }
            Ok(Reply::No) => {}
            Ok(Reply::Failed | Reply::Wrong) => failed = true,
            Err(_) => {
                tracing::warn!(still_asked = calls.len(), "peers did not answer before the deadline");
                failed = true;
                break;
            }
        }
    }
    match (merge::merged(question, found), failed) {
        (Some(answer), _) => Outcome::Found(answer),
        (None, true) => Outcome::Incomplete,
        (None, false) => Outcome::Nobody,
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
