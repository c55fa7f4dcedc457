//! What this process has taken for one endpoint: sent by a few tasks at once, whatever happens at other endpoints.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use opnc_client::outbound::Outbound;
use opnc_store::deliveries::work::Taken;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

use super::attempt::{Result, Target, attempt};
use crate::Ecosystem;

/// Deliveries to one endpoint that are taken at most, sent or not.
const MOST_HELD: usize = 1024;

/// What all lanes share.
pub(super) struct Road {
    pub(super) ecosystem: Ecosystem,
    pub(super) http: Outbound,
    /// Attempts under way at once.
    pub(super) places: Semaphore,
    /// Whether nothing is begun any more.
    pub(super) ending: AtomicBool,
    /// Where the results go.
    pub(super) done: mpsc::UnboundedSender<Done>,
}

/// A delivery that was tried, or was to be.
pub(super) struct Done {
    pub(super) taken: Taken,
    pub(super) target: Arc<Target>,
    pub(super) result: Result,
}

/// A delivery that is to be tried.
struct Job {
    taken: Taken,
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
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    tasks: usize,
}

impl Lane {
    /// How many more are taken: as many as can be sent at once, and of those that answer fast enough for the time until
    /// there are results to write down. Of one that fails, one at a time.
    /// `ending` of those that are held are about to be released.
    pub(super) fn room(&self, per_endpoint: usize, is_failing: bool, ending: usize) -> usize {
        let fast = (self.ended + ending).saturating_mul(2);
        let most = if is_failing { 1 } else { fast.clamp(per_endpoint, MOST_HELD.max(per_endpoint)) };
        most.saturating_sub(self.held.saturating_sub(ending))
    }

    /// Whether nothing is held.
    pub(super) fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// How many are taken and not written down.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Something that was held is written down.
    pub(super) fn release(&mut self) {
        self.held = self.held.saturating_sub(1);
        self.ended += 1;
    }

    /// Sends what was taken, with so many tasks at once.
    pub(super) fn send(
        &mut self,
        road: &Arc<Road>,
        target: &Arc<Target>,
        taken: Vec<Taken>,
        begin_by: Instant,
        tasks: usize,
    ) {
        self.held += taken.len();
        self.ended = 0;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.queue.extend(taken.into_iter().map(|taken| Job { taken, target: Arc::clone(target), begin_by }));
        let more = tasks.saturating_sub(state.tasks).min(state.queue.len());
        state.tasks += more;
        for _ in 0..more {
            tokio::spawn(work(Arc::clone(road), Arc::clone(&self.state)));
        }
    }
}

/// Sends one after the other, until nothing is left.
async fn work(road: Arc<Road>, state: Arc<Mutex<State>>) {
    loop {
        // The semaphore is never closed; if it were, the bound would be the number of tasks.
        let _place = road.places.acquire().await;
        let job = {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            match state.queue.pop_front() {
                Some(job) => job,
                None => {
                    state.tasks -= 1;
                    return;
                }
            }
        };
        let is_late = road.ending.load(Ordering::Relaxed) || Instant::now() > job.begin_by;
        let result = match is_late {
            true => Result::NotSent,
            false => attempt(&road.http, &job.target, &job.taken, road.ecosystem.now()).await,
        };
        // The worker has gone when nobody listens: its leases end by themselves.
        let _ = road.done.send(Done { taken: job.taken, target: job.target, result });
    }
}
