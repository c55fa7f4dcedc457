//! Limits: how fast callers may ask, how many requests are in work, how long one may take.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use uuid::Uuid;

use crate::RateLimit;
use crate::config::ListenerConfig;
use crate::error::Refusal;
use crate::places::network;

/// Callers that are remembered before those that have been quiet are forgotten.
const MOST_REMEMBERED: usize = 10_000;

/// How fast each party may ask.
pub(crate) struct PartyRate(Rate<Uuid>);

/// How fast tokens may be asked for. Each client id and each address has its own allowance, so that neither many
/// addresses can try the secret of one client nor one address many clients.
pub(crate) struct TokenRate {
    clients: Rate<[u8; 32]>,
    addresses: Rate<IpAddr>,
}

struct Rate<K: Clone + Eq + Hash>(Option<DefaultKeyedRateLimiter<K>>);

impl PartyRate {
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self(Rate::new(limit))
    }

    /// Counts a request of the party.
    pub(crate) fn check(&self, party: Uuid) -> Result<(), Refusal> {
        self.0.check(&party, "This party sends too many requests.")
    }
}

impl TokenRate {
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self { clients: Rate::new(limit), addresses: Rate::new(limit) }
    }

    /// Counts a request from the address.
    pub(crate) fn check_address(&self, address: IpAddr) -> Result<(), Refusal> {
        self.addresses.check(&network(address), "Too many token requests from this address.")
    }

    /// Counts a request for the client, known by the hash of its id: ids of any length take the same room.
    pub(crate) fn check_client(&self, client_id: &str) -> Result<(), Refusal> {
        self.clients.check(&opnc_pki::key::sha256(client_id.as_bytes()), "Too many token requests for this client.")
    }
}

impl<K: Clone + Eq + Hash> Rate<K> {
    fn new(limit: Option<RateLimit>) -> Self {
        Self(limit.map(|limit| RateLimiter::keyed(Quota::per_second(limit.per_second).allow_burst(limit.burst))))
    }

    fn check(&self, key: &K, message: &str) -> Result<(), Refusal> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        if limiter.len() > MOST_REMEMBERED {
            limiter.retain_recent();
        }
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Refusal::too_many(message, wait.as_secs().saturating_add(1))
        })
    }
}

/// Places for requests.
pub(crate) fn places(number: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(number.min(Semaphore::MAX_PERMITS)))
}

/// Takes a place for the time of the request; when all are taken, 503 at once is better than a queue that grows.
pub(crate) async fn take_place(
    State(places): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let _place = places.try_acquire().map_err(|_| busy())?;
    Ok(next.run(request).await)
}

/// How many requests of a listener are in work, and for how long each may be. Cheap to clone.
#[derive(Clone)]
pub(crate) struct WorkLimits {
    places: Arc<Semaphore>,
    longest: Duration,
}

/// A request in work: its place, and the time it has.
pub(crate) struct InWork {
    _place: OwnedSemaphorePermit,
    longest: Duration,
    until: Instant,
}

impl WorkLimits {
    pub(crate) fn new(listener: &ListenerConfig) -> Self {
        Self { places: places(listener.most_requests), longest: listener.request_timeout }
    }

    /// Takes a place for a request.
    ///
    /// # Errors
    /// 503 when all are taken.
    pub(crate) fn begin(&self) -> Result<InWork, Refusal> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        Ok(InWork { _place: place, longest: self.longest, until: Instant::now() + self.longest })
    }
}

impl InWork {
    /// What comes of work for the request.
    ///
    /// # Errors
    /// 503 when the time of the request is over before: the caller can try again, and 504 would blame somebody behind this
    /// server.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = T>) -> Result<T, Refusal> {
        tokio::time::timeout_at(self.until, work).await.map_err(|_| {
            let message = format!("The request was not finished within {} seconds.", self.longest.as_secs());
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message)
        })
    }
}

/// Bounds the number of requests and the time of each, its body included; one that was begun before the routes goes on with
/// its place and its time.
pub(crate) async fn limit_work(
    State(limits): State<WorkLimits>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let in_work = match request.extensions_mut().remove::<Arc<InWork>>() {
        Some(begun) => begun,
        None => Arc::new(limits.begin()?),
    };
    in_work.within(next.run(request)).await
}

fn busy() -> Refusal {
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "The server is busy; try again in a moment.");
    refusal.header(RETRY_AFTER, HeaderValue::from(1_u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_burst() {
        let rate = PartyRate::new(Some(RateLimit::new(1, 3)));
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for _ in 0..3 {
            rate.check(one).unwrap();
        }
        let refusal = rate.check(one).unwrap_err();
        assert_eq!(refusal.status, StatusCode::TOO_MANY_REQUESTS);
        rate.check(other).unwrap();
    }

    #[test]
    fn without_a_limit_nobody_is_refused() {
        let rate = PartyRate::new(None);
        assert!((0..10_000).all(|_| rate.check(Uuid::nil()).is_ok()));
    }

    #[test]
    fn clients_and_addresses_are_counted_apart() {
        let rate = TokenRate::new(Some(RateLimit::new(1, 1)));
        let address = "192.0.2.1".parse().unwrap();
        rate.check_address(address).unwrap();
        rate.check_client("a").unwrap();
        assert!(rate.check_client("a").is_err());
        assert!(rate.check_address(address).is_err());
        rate.check_client("b").unwrap();
    }
}
