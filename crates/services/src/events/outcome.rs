//! What came of attempts is written down, in one transaction for many of them: the deliveries, how their endpoints fare,
//! and what eMSPs hear of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use opnc_store::Tx;
use opnc_store::deliveries::DeliveryState;
use opnc_store::deliveries::work::{self, Failed, Then};
use opnc_store::event_endpoints::{Endpoint, health};
use rand::RngExt;
use uuid::Uuid;

use super::attempt::Result as Attempted;
use super::lane::Done;
use super::schedule::{Next, Spent};
use super::story::{Story, Told};
use crate::record;
use crate::{Caller, Ecosystem, ServiceError};

/// The longest that a receiver can have its endpoint left alone.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// How an endpoint has answered.
#[derive(Default)]
struct Answers {
    any: bool,
    failed: bool,
    pause: Option<SignedDuration>,
}

/// Writes down what came of attempts; the events that follow from it, which are not in the outbox yet.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    owner: Uuid,
    done: &[Done],
) -> Result<Vec<Told>, ServiceError> {
    let now = ecosystem.now();
    let mut shared = done.iter().map(|done| &done.job).filter(|job| !job.is_alone).map(|job| &*job.taken.event);
    let mut story = Story::of(tx, ecosystem, &mut shared).await?;
    let mut ended = HashSet::new();
    for (status, some) in delivered(done) {
        let ids: Vec<Uuid> = some.iter().map(|done| done.job.taken.delivery.id).collect();
        let heard: HashSet<Uuid> = work::delivered(tx, owner, status, &ids, now).await?.into_iter().collect();
        for done in some.iter().filter(|done| heard.contains(&done.job.taken.delivery.id)) {
            story.sent(&done.job.taken.event, &done.job.taken.delivery);
        }
        ended.extend(heard);
    }
    let mut unsent = Vec::new();
    for done in done {
        match &done.result {
            Attempted::NotSent => unsent.push(done.job.taken.delivery.id),
            Attempted::Answered { status: 200..=299, .. } => {}
            failed => ended.extend(record_failure(tx, ecosystem, owner, done, failed, &mut story).await?),
        }
    }
    work::give_back(tx, owner, &unsent).await?;
    for (endpoint, ended) in by_endpoint(done, &ended) {
        work::unblock_behind(tx, endpoint, &ended).await?;
    }
    record_health(tx, ecosystem, done, now).await?;
    story.told(tx).await
}

/// Those that have ended, by endpoint.
fn by_endpoint(done: &[Done], ended: &HashSet<Uuid>) -> HashMap<Uuid, Vec<Uuid>> {
    let mut by_endpoint: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for delivery in done.iter().map(|done| &done.job.taken.delivery).filter(|delivery| ended.contains(&delivery.id)) {
        by_endpoint.entry(delivery.endpoint_id).or_default().push(delivery.id);
    }
    by_endpoint
}

/// The successes by status.
fn delivered(done: &[Done]) -> BTreeMap<u16, Vec<&Done>> {
    let mut delivered: BTreeMap<u16, Vec<&Done>> = BTreeMap::new();
    for one in done {
        if let Attempted::Answered { status: status @ 200..=299, .. } = one.result {
            delivered.entry(status).or_default().push(one);
        }
    }
    delivered
}

/// Writes down one failure; the delivery, when it has ended by it.
async fn record_failure(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    owner: Uuid,
    done: &Done,
    attempted: &Attempted,
    story: &mut Story<'_>,
) -> Result<Option<Uuid>, ServiceError> {
    let (now, delivery) = (ecosystem.now(), &done.job.taken.delivery);
    let (status, wait, error) = match attempted {
        Attempted::Answered { status, wait } => (Some(*status), *wait, format!("the receiver answered {status}")),
        Attempted::Failed(error) | Attempted::Unmade(error) => (None, None, error.clone()),
        Attempted::NotSent => return Ok(None),
    };
    let then = match status {
        Some(400 | 409) => Then::End(DeliveryState::Rejected),
        _ => again(ecosystem, done, wait, now),
    };
    let is_end = matches!(then, Then::End(_));
    let failed = Failed { id: delivery.id, then, status, error };
    if !work::failed(tx, owner, &failed, now).await? {
        return Ok(None);
    }
    if is_end {
        story.rejected(&done.job.taken.event, delivery);
    } else if delivery.attempts == 0 {
        story.queued(&done.job.taken.event, delivery);
    }
    Ok(is_end.then_some(delivery.id))
}

/// The next attempt, if there is one. What waits for a parked endpoint is not given up.
fn again(ecosystem: &Ecosystem, done: &Done, wait: Option<SignedDuration>, now: Timestamp) -> Then {
    let policy = &ecosystem.policy().delivery;
    let spent = Spent { failures: done.job.taken.failures, until: done.job.taken.failures_until };
    if done.target.endpoint.parked_at.is_some() {
        return Then::Retry { at: now, failures: spent.failures, failures_until: spent.until };
    }
    match policy.schedule.after(spent, now, wait, ecosystem.rng().random()) {
        Next::Retry { at, spent } => Then::Retry { at, failures: spent.failures, failures_until: spent.until },
        Next::GivenUp => Then::End(DeliveryState::GivenUp),
    }
}

/// Writes down how the endpoints fare.
async fn record_health(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    done: &[Done],
    now: Timestamp,
) -> Result<(), ServiceError> {
    let mut endpoints: HashMap<Uuid, (&Endpoint, Answers)> = HashMap::new();
    for one in done {
        let endpoint: &Endpoint = &one.target.endpoint;
        let (_, answers) = endpoints.entry(endpoint.id).or_insert_with(|| (endpoint, Answers::default()));
        match &one.result {
            // A refusal is an answer: the receiver is there.
            Attempted::Answered { status: 200..=299 | 400 | 409, .. } => answers.any = true,
            Attempted::Answered { wait, .. } => {
                answers.failed = true;
                answers.pause = answers.pause.max(*wait);
            }
            Attempted::Failed(_) => answers.failed = true,
            Attempted::Unmade(_) | Attempted::NotSent => {}
        }
    }
    for (endpoint, answers) in endpoints.values() {
        if answers.any && !answers.failed {
            if endpoint.failing_since.is_some() && health::well(tx, endpoint.id).await? {
                tracing::info!(endpoint = %endpoint.id, "the endpoint answers again");
            }
        } else if answers.failed && !answers.any {
            record_failing(tx, ecosystem, endpoint, answers.pause, now).await?;
        }
    }
    Ok(())
}

async fn record_failing(
    tx: &mut Tx<'_>,
    ecosystem: &Ecosystem,
    endpoint: &Endpoint,
    pause: Option<SignedDuration>,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let policy = &ecosystem.policy().delivery;
    health::failing(tx, endpoint.id, now).await?;
    let later = |wait| now.saturating_add(wait).unwrap_or(now);
    let is_too_long = endpoint.failing_since.is_some_and(|since| now.duration_since(since) >= policy.park_after);
    if endpoint.parked_at.is_some() || is_too_long {
        health::pause(tx, endpoint.id, later(policy.probe_every)).await?;
        if health::park(tx, endpoint.id, now).await? {
            let program = Caller::program(ecosystem.new_id());
            record::note(tx, &program, ecosystem, "ParkEventEndpoint", &endpoint.id.to_string()).await?;
            tracing::warn!(
                endpoint = %endpoint.id, party = %endpoint.party_id,
                "everything sent to this endpoint has failed for too long: what is for it waits now \
                 (opnc events resume)"
            );
        }
    } else if let Some(pause) = pause {
        health::pause(tx, endpoint.id, later(pause.min(LONGEST_PAUSE))).await?;
    }
    Ok(())
}
