//! What this process has taken for one endpoint: sent by a few tasks at once, whatever happens at other endpoints.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use opnc_client::outbound::Outbound;
use opnc_store::event_endpoints::Endpoint;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::attempt::{Job, Result, Target, attempt};
use super::places::{Place, Places};
use crate::Ecosystem;

/// Deliveries to one endpoint that are taken at most, sent or not.
const MOST_HELD: usize = 1024;
/// So many are taken for each that was written down at the last turn: what is sent meanwhile must last until the next turn is
/// over, or turns stay small.
const AHEAD: usize = 4;
/// Who takes longer to answer is asked one thing at a time.
const SLOW: Duration = Duration::from_secs(2);

/// What all lanes share.
pub(super) struct Road {
    pub(super) ecosystem: Ecosystem,
    pub(super) http: Outbound,
    /// Whether nothing is begun any more.
    pub(super) ending: AtomicBool,
    /// Where the results go.
    pub(super) done: mpsc::UnboundedSender<Done>,
}

/// A delivery that was tried, or was to be.
pub(super) struct Done {
    pub(super) job: Job,
    pub(super) target: Arc<Target>,
    pub(super) result: Result,
    /// How long it took.
    took: Duration,
}

/// What waits in a lane.
struct Waiting {
    job: Job,
    target: Arc<Target>,
    /// The latest time to begin: later, another worker might take it before the attempt ends.
    begin_by: Instant,
}

/// The lane of one endpoint.
#[derive(Default)]
pub(super) struct Lane {
    state: Arc<Mutex<State>>,
    /// Taken, and what came of it not written down yet.
    held: usize,
    /// Written down since more was taken: how fast the endpoint is.
    ended: usize,
    /// Whether the last answer was long in coming.
    is_slow: bool,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Waiting>,
    tasks: usize,
}

impl Lane {
    /// How many more are taken: as many as can be sent at once, and of those that answer fast enough for the time until
    /// there are results to write down. Of one that fails or is slow, one at a time.
    /// `ending` of those that are held are about to be released.
    pub(super) fn room(&self, endpoint: &Endpoint, per_endpoint: usize, ending: usize) -> usize {
        match self.is_one_by_one(endpoint) {
            true => 1_usize.saturating_sub(self.held.saturating_sub(ending)),
            false => self.most_room(per_endpoint, ending),
        }
    }

    /// The same for one that does not fail.
    pub(super) fn most_room(&self, per_endpoint: usize, ending: usize) -> usize {
        let fast = (self.ended + ending).saturating_mul(AHEAD);
        let most = fast.clamp(per_endpoint, MOST_HELD.max(per_endpoint));
        most.saturating_sub(self.held.saturating_sub(ending))
    }

    /// Whether the endpoint fails or is slow.
    pub(super) fn is_one_by_one(&self, endpoint: &Endpoint) -> bool {
        self.is_slow || endpoint.failing_since.is_some()
    }

    /// Whether nothing is held.
    pub(super) fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// How many are taken and not written down.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Whether it has a place.
    pub(super) fn is_running(&self) -> bool {
        lock(&self.state).tasks > 0
    }

    /// Something that was held is written down.
    pub(super) fn release(&mut self, done: &Done) {
        self.held = self.held.saturating_sub(1);
        self.ended += 1;
        if done.result != Result::NotSent {
            self.is_slow = done.took > SLOW;
        }
    }

    /// Sends what was taken, in the place that the endpoint has or gets; without one it comes back.
    pub(super) fn send(
        &mut self,
        road: &Arc<Road>,
        places: &mut Places,
        target: &Arc<Target>,
        taken: Vec<Job>,
        begin_by: Instant,
    ) {
        self.held += taken.len();
        self.ended = 0;
        let mut state = lock(&self.state);
        let waiting = taken.into_iter().map(|job| Waiting { job, target: Arc::clone(target), begin_by });
        if state.tasks == 0 {
            let Some(place) = places.first(target.endpoint.party_id, self.is_one_by_one(&target.endpoint)) else {
                waiting.for_each(|waiting| waiting.give_back(road));
                return;
            };
            self.start(road, &mut state, place);
        }
        state.queue.extend(waiting);
    }

    /// Has up to so many tasks send at once, as long as there are places for them.
    pub(super) fn hurry(&mut self, road: &Arc<Road>, places: &mut Places, endpoint: &Endpoint, tasks: usize) {
        if self.is_one_by_one(endpoint) {
            return;
        }
        let mut state = lock(&self.state);
        let more = tasks.saturating_sub(state.tasks).min(state.queue.len());
        for place in (0..more).map_while(|_| places.another(endpoint.party_id)) {
            self.start(road, &mut state, place);
        }
    }

    /// Whether something that was taken waits for its turn.
    pub(super) fn is_waited_in(&self) -> bool {
        !lock(&self.state).queue.is_empty()
    }

    /// Gives back what waits here for the endpoint as it was before its owner changed it at that time, or, without a time,
    /// all that waits: it is gone or switched off.
    pub(super) fn recall(&self, road: &Road, changed: Option<Timestamp>) {
        let mut state = lock(&self.state);
        let is_current = |waiting: &Waiting| Some(waiting.target.endpoint.updated_at) == changed;
        let (kept, back): (VecDeque<_>, VecDeque<_>) = state.queue.drain(..).partition(is_current);
        state.queue = kept;
        drop(state);
        back.into_iter().for_each(|waiting| waiting.give_back(road));
    }

    fn start(&self, road: &Arc<Road>, state: &mut State, place: Place) {
        state.tasks += 1;
        tokio::spawn(work(Arc::clone(road), Arc::clone(&self.state), place));
    }
}

impl Waiting {
    fn give_back(self, road: &Road) {
        // The worker has gone when nobody listens: its leases end by themselves.
        let (result, took) = (Result::NotSent, Duration::ZERO);
        let _ = road.done.send(Done { job: self.job, target: self.target, result, took });
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends one after the other, until nothing is left.
async fn work(road: Arc<Road>, state: Arc<Mutex<State>>, place: Place) {
    loop {
        let waiting = {
            let mut state = lock(&state);
            match state.queue.pop_front() {
                Some(waiting) => waiting,
                None => {
                    drop(place);
                    state.tasks -= 1;
                    return;
                }
            }
        };
        let begun = Instant::now();
        if road.ending.load(Ordering::Relaxed) || begun > waiting.begin_by {
            waiting.give_back(&road);
            continue;
        }
        let Waiting { job, target, .. } = waiting;
        let result = attempt(&road.http, &target, &job, road.ecosystem.now()).await;
        let _ = road.done.send(Done { job, target, result, took: begun.elapsed() });
    }
}
