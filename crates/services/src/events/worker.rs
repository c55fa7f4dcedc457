//! The worker: addresses events, sends deliveries, writes down what came of them. Any number of them share one database.
//!
//! It goes in turns. A turn is one transaction, which writes down what has ended since the turn before, addresses new
//! events, and takes what can be sent. Meanwhile deliveries go on: nothing waits for a slow receiver but what is for it.
//! A worker that dies loses nothing. Its leases end, and another sends the same events under the same ids.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use opnc_client::outbound::Outbound;
use opnc_store::deliveries::work::{self, Lease};
use opnc_store::event_endpoints::{Endpoint, health};
use opnc_store::outbox;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::attempt::{Job, Result as Attempted, Target};
use super::dispatch::{Batch, ByEndpoint};
use super::facts::Facts;
use super::lane::{Done, Lane, Road};
use super::places::{Claims, Crowded, Places};
use super::{dispatch, outcome};
use crate::{Ecosystem, ServiceError};

/// How often it looks, woken or not.
const EVERY: Duration = Duration::from_millis(500);
/// The pause after a turn that failed.
const PAUSE: Duration = Duration::from_secs(2);
/// The most results of one turn.
const MOST_RESULTS: usize = 1000;
/// Endpoints whose pace is remembered while nothing is sent to them.
const MOST_LANES: usize = 10_000;

/// Delivers the events of an ecosystem.
pub struct Worker {
    owner: Uuid,
    road: Arc<Road>,
    lanes: HashMap<Uuid, Lane>,
    places: Places,
    /// As the turn before has found it.
    crowded: Crowded,
    results: mpsc::UnboundedReceiver<Done>,
    /// What came of attempts and is not written down.
    unrecorded: Vec<Done>,
    /// The endpoint that was served last: the next turn begins behind it.
    last: Uuid,
}

/// What a turn has found.
struct Turn {
    taken: ByEndpoint,
    more: bool,
    crowded: Crowded,
}

impl Worker {
    /// A worker that has taken nothing yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(ecosystem: &Ecosystem) -> Result<Self, ServiceError> {
        let policy = &ecosystem.policy().delivery;
        let (done, results) = mpsc::unbounded_channel();
        let road = Road {
            ecosystem: ecosystem.clone(),
            http: Outbound::new(policy.outbound()).map_err(ServiceError::internal)?,
            ending: AtomicBool::new(false),
            done,
        };
        Ok(Self {
            owner: ecosystem.new_id(),
            road: Arc::new(road),
            lanes: HashMap::new(),
            places: Places::new(policy.concurrency, policy.per_endpoint),
            crowded: Crowded::default(),
            results,
            unrecorded: Vec::new(),
            last: Uuid::nil(),
        })
    }

    /// Delivers until `stop` is ready; then lets what is under way come to its end, and gives back the rest.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut wake = self.road.ecosystem.store().wake();
        loop {
            let wait = match self.turn().await {
                Ok(true) => Duration::ZERO,
                Ok(false) => EVERY,
                Err(error) => {
                    tracing::error!(%error, "events are not delivered at present");
                    PAUSE
                }
            };
            let is_well = wait != PAUSE;
            tokio::select! {
                biased;
                () = &mut stop => break,
                _ = self.results.recv_many(&mut self.unrecorded, MOST_RESULTS), if is_well => {}
                () = wake.next(), if is_well => {}
                () = sleep(wait) => {}
            }
        }
        self.finish().await;
    }

    /// Delivers everything whose time has come, and waits for the results.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn settle(&mut self) -> Result<(), ServiceError> {
        while self.turn().await? || self.is_busy() {
            if self.is_busy() && self.unrecorded.is_empty() {
                self.results.recv_many(&mut self.unrecorded, MOST_RESULTS).await;
            }
        }
        Ok(())
    }

    /// Ends: what is under way may end, for as long as a receiver may take.
    pub async fn finish(mut self) {
        self.road.ending.store(true, Ordering::Relaxed);
        let patience = self.road.ecosystem.policy().delivery.timeout.saturating_add(Duration::from_secs(1));
        let rest = async {
            while self.held() > self.unrecorded.len() {
                self.results.recv_many(&mut self.unrecorded, MOST_RESULTS).await;
            }
        };
        if timeout(patience, rest).await.is_err() {
            tracing::warn!("deliveries were cut off; they are made again when their leases end");
        }
        if let Err(error) = self.record().await {
            tracing::error!(%error, "what came of the last deliveries is not written down; they are made again");
        }
    }

    fn is_busy(&self) -> bool {
        !self.unrecorded.is_empty() || self.lanes.values().any(|lane| !lane.is_empty())
    }

    /// How many deliveries are taken and not written down.
    fn held(&self) -> usize {
        self.lanes.values().map(Lane::held).sum()
    }

    /// One turn; whether the next one should follow at once.
    async fn turn(&mut self) -> Result<bool, ServiceError> {
        self.recall().await?;
        while self.unrecorded.len() < MOST_RESULTS
            && let Ok(done) = self.results.try_recv()
        {
            self.unrecorded.push(done);
        }
        if self.unrecorded.is_empty() && !self.finds_work().await? {
            return Ok(false);
        }
        let ecosystem = self.road.ecosystem.clone();
        let begun = Instant::now();
        let turn = {
            let (worker, ecosystem) = (&*self, &ecosystem);
            let turn = ecosystem.store().run_tx("deliver events", |tx| {
                Box::pin(async move {
                    let told = outcome::record(tx, ecosystem, worker.owner, &worker.unrecorded).await?;
                    let now = ecosystem.now();
                    let lease = Lease { owner: worker.owner, until: worker.lease_until(now) };
                    let mut rooms = worker.rooms();
                    let mut taken: ByEndpoint = Vec::new();
                    for endpoint in worker.in_turn(health::due(tx, now).await?) {
                        let room = rooms.of(&endpoint);
                        if *room > 0 {
                            let some = work::take(tx, endpoint.id, lease.owner, now, lease.until, *room).await?;
                            *room = room.saturating_sub(u32::try_from(some.len()).unwrap_or(u32::MAX));
                            let jobs = some.into_iter().map(|taken| Job { taken, facts: None, is_alone: false });
                            taken.push((Arc::new(endpoint), jobs.collect()));
                        }
                    }
                    let limit = rooms.free().clamp(dispatch::FEWEST, dispatch::MOST);
                    let batch = Batch { told, known: worker.known(), limit, lease, now };
                    let has_room = |endpoint: &Endpoint| {
                        let left = rooms.of(endpoint);
                        let is_left = *left > 0;
                        *left = left.saturating_sub(1);
                        is_left
                    };
                    let (at_once, more) = dispatch::fan_out(tx, ecosystem, batch, has_room).await?;
                    // At the end stay those that were served in turn.
                    taken.splice(0..0, at_once);
                    Ok::<_, ServiceError>(Turn { taken, more, crowded: rooms.claims.crowded() })
                })
            });
            turn.await?
        };
        self.written_down();
        self.crowded = turn.crowded;
        self.send(turn.taken, begun + self.road.ecosystem.policy().delivery.timeout);
        Ok(turn.more)
    }

    /// Gives back what was taken for endpoints that are gone, switched off or changed since, and has not been begun.
    async fn recall(&self) -> Result<(), ServiceError> {
        let queued: Vec<Uuid> =
            self.lanes.iter().filter(|(_, lane)| lane.is_waited_in()).map(|(endpoint, _)| *endpoint).collect();
        if queued.is_empty() {
            return Ok(());
        }
        let listening = health::listening(&mut self.road.ecosystem.store().read().await?, &queued).await?;
        for endpoint in queued {
            if let Some(lane) = self.lanes.get(&endpoint) {
                lane.recall(&self.road, listening.get(&endpoint).copied());
            }
        }
        Ok(())
    }

    /// What the events are about whose results are written down.
    fn known(&self) -> HashMap<Uuid, Arc<Facts>> {
        let known =
            self.unrecorded.iter().filter_map(|Done { job, .. }| Some((job.taken.event.id, job.facts.clone()?)));
        known.collect()
    }

    /// Writes down what came of attempts, and nothing else.
    async fn record(&mut self) -> Result<(), ServiceError> {
        let ecosystem = self.road.ecosystem.clone();
        let (worker, shared) = (&*self, &ecosystem);
        let record = shared.store().run_tx("deliver events", |tx| {
            Box::pin(async move {
                let told = outcome::record(tx, shared, worker.owner, &worker.unrecorded).await?;
                let told: Vec<_> = told.into_iter().map(|told| told.event).collect();
                Ok::<_, ServiceError>(outbox::append_all(tx, &told).await?)
            })
        });
        record.await?;
        self.written_down();
        Ok(())
    }

    /// Whether a turn would find something, asked without a transaction.
    async fn finds_work(&self) -> Result<bool, ServiceError> {
        let mut reader = self.road.ecosystem.store().read().await?;
        if !outbox::first(&mut reader, 1).await?.events.is_empty() {
            return Ok(true);
        }
        let due = health::due(&mut reader, self.road.ecosystem.now()).await?;
        let mut rooms = self.rooms();
        Ok(due.iter().any(|endpoint| *rooms.of(endpoint) > 0))
    }

    /// How many more deliveries there is room for, when the results are written down.
    fn rooms(&self) -> Rooms<'_> {
        let mut ending: HashMap<Uuid, usize> = HashMap::new();
        for done in &self.unrecorded {
            *ending.entry(done.target.endpoint.id).or_default() += 1;
        }
        Rooms { worker: self, ending, claims: self.places.claims(), left: HashMap::new() }
    }

    /// The endpoints, from the one behind that which was served last.
    fn in_turn(&self, mut endpoints: Vec<Endpoint>) -> Vec<Endpoint> {
        let first = endpoints.partition_point(|endpoint| endpoint.id <= self.last);
        endpoints.rotate_left(first);
        endpoints
    }

    fn lease_until(&self, now: Timestamp) -> Timestamp {
        let lease = SignedDuration::try_from(self.road.ecosystem.policy().delivery.lease());
        now.saturating_add(lease.unwrap_or(SignedDuration::from_mins(1))).unwrap_or(Timestamp::MAX)
    }

    fn send(&mut self, taken: ByEndpoint, begin_by: Instant) {
        let tasks = self.road.ecosystem.policy().delivery.per_endpoint.max(1);
        let mut endpoints = Vec::new();
        for (endpoint, taken) in taken.into_iter().filter(|(_, taken)| !taken.is_empty()) {
            self.last = endpoint.id;
            match Target::open(&self.road.ecosystem, &self.road.http, Arc::clone(&endpoint)) {
                Ok(target) => {
                    let lane = self.lanes.entry(endpoint.id).or_default();
                    lane.send(&self.road, &mut self.places, &target, taken, begin_by);
                    endpoints.push(endpoint);
                }
                // The leases end by themselves: the operator has the time until then to put the key right.
                Err(error) => {
                    tracing::error!(endpoint = %endpoint.id, %error, "the secret of the endpoint cannot be opened");
                }
            }
        }
        // Each has a place before one has a second.
        for endpoint in endpoints {
            let lane = self.lanes.entry(endpoint.id).or_default();
            lane.hurry(&self.road, &mut self.places, &endpoint, tasks);
        }
    }

    /// The results are in the database: their places are free, and they are counted.
    fn written_down(&mut self) {
        let meter = self.road.ecosystem.store().meter();
        for done in std::mem::take(&mut self.unrecorded) {
            let outcome = match done.result {
                Attempted::Answered { status: 200..=299, .. } => "delivered",
                Attempted::Answered { status: 400 | 409, .. } => "rejected",
                Attempted::Answered { .. } => "refused",
                Attempted::Failed(_) => "unreachable",
                Attempted::Unmade(_) => "unmade",
                Attempted::NotSent => "given back",
            };
            meter.count("opnc_event_deliveries_total", &[("outcome", outcome)]);
            if let Some(lane) = self.lanes.get_mut(&done.target.endpoint.id) {
                lane.release(&done);
            }
        }
        if self.lanes.len() > MOST_LANES {
            self.lanes.retain(|_, lane| !lane.is_empty());
        }
    }
}

/// How many more deliveries there is room for, endpoint by endpoint: what a turn has given away is taken off.
struct Rooms<'a> {
    worker: &'a Worker,
    /// Results that this turn writes down, by endpoint.
    ending: HashMap<Uuid, usize>,
    claims: Claims<'a>,
    left: HashMap<Uuid, u32>,
}

impl Rooms<'_> {
    /// The room that is left for an endpoint. One that has no place claims it, where there is any.
    fn of(&mut self, endpoint: &Endpoint) -> &mut u32 {
        let (worker, claims) = (self.worker, &mut self.claims);
        let ending = self.ending.get(&endpoint.id).copied().unwrap_or_default();
        self.left.entry(endpoint.id).or_insert_with(|| {
            let per_endpoint = worker.road.ecosystem.policy().delivery.per_endpoint.max(1);
            let new = Lane::default();
            let lane = worker.lanes.get(&endpoint.id).unwrap_or(&new);
            let room = lane.room(endpoint, per_endpoint, ending);
            let has_place = match lane.is_running() {
                true => !worker.crowded.concerns(endpoint.party_id),
                false => room > 0 && claims.claim(endpoint.party_id, lane.is_one_by_one(endpoint)),
            };
            if has_place { u32::try_from(room).unwrap_or(u32::MAX) } else { 0 }
        })
    }

    /// The room at all endpoints that something is sent to.
    fn free(&mut self) -> u32 {
        let (worker, per_endpoint) = (self.worker, self.worker.road.ecosystem.policy().delivery.per_endpoint.max(1));
        let running = worker.lanes.iter().filter(|(id, lane)| !lane.is_empty() && !self.left.contains_key(*id));
        let room =
            |(id, lane): (&Uuid, &Lane)| lane.most_room(per_endpoint, self.ending.get(id).copied().unwrap_or_default());
        let rest = running.map(room).fold(0, usize::saturating_add);
        let left = self.left.values().fold(0_u32, |sum, room| sum.saturating_add(*room));
        left.saturating_add(u32::try_from(rest).unwrap_or(u32::MAX))
    }
}
