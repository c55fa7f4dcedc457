//! Asking several peers at once: the first good answer wins, or all of them together; nobody is waited for beyond the deadline.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::task::JoinSet;
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
        let outcome = in_rounds(ecosystem, question, rounds, passing).await;
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
    passing: Passing,
) -> Outcome {
    let deadline = Instant::now() + ecosystem.policy().federation.deadline;
    let (question, passing) = (Arc::new(question.clone()), Arc::new(passing));
    let mut all = Outcome::Nobody;
    for peers in rounds {
        match at_once(ecosystem, &question, peers, &passing, deadline).await {
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
    question: &Arc<Question>,
    peers: Vec<Arc<Peer>>,
    passing: &Arc<Passing>,
    deadline: Instant,
) -> Outcome {
    let mut calls = JoinSet::new();
    for peer in peers {
        let (ecosystem, question, passing) = (ecosystem.clone(), Arc::clone(question), Arc::clone(passing));
        let span = tracing::Span::current();
        let call = async move { peer.ask(&ecosystem, &question, &passing).await };
        calls.spawn(tracing::Instrument::instrument(call, span));
    }
    let (mut found, mut failed) = (Vec::new(), false);
    loop {
        match timeout_at(deadline, calls.join_next()).await {
            Ok(None) => break,
            Ok(Some(Ok(Reply::Good(answer)))) => {
                found.push(answer);
                if !question.merges() {
                    break;
                }
            }
            Ok(Some(Ok(Reply::No))) => {}
            Ok(Some(Ok(Reply::Failed) | Err(_))) => failed = true,
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
