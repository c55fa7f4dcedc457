//! What an operator decides about the HTTP side.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// How the server listens and where its limits are.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The address to listen on; with port 0 the system chooses one.
    pub listen: SocketAddr,
    /// How callers reach this server, without a slash at the end, for example `https://opnc.example`. It is the issuer and
    /// the audience of access tokens. `None`: `http://` and the address that was bound.
    pub base_url: Option<String>,
    /// The largest body of a request, in bytes.
    pub body_limit: usize,
    /// How long a request may take, its body included; then it is answered with 503.
    pub request_timeout: Duration,
    /// How long a connection may take to send the headers of its next request; idle connections end then too.
    pub header_timeout: Duration,
    /// How many connections are open at the same time; further ones wait in the system's queue.
    pub most_connections: usize,
    /// How many requests are worked on at the same time; further ones are answered with 503. Token requests have
    /// a quarter of the places.
    pub most_requests: usize,
    /// How fast one party may send requests; then 429. `None`: as fast as it likes.
    pub rate_limit: Option<RateLimit>,
    /// How fast one client id, and one address, may ask for tokens; then 429. `None`: as fast as it likes.
    pub token_rate_limit: Option<RateLimit>,
    /// How long an access token is valid.
    pub token_lifetime: Duration,
    /// How long requests in flight may go on after a shutdown began.
    pub shutdown_timeout: Duration,
}

/// A rate with room for bursts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per second in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once after a pause.
    pub burst: NonZeroU32,
}

impl ServerConfig {
    /// The limits of a production server.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            base_url: None,
            body_limit: 256 * 1024,
            request_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(30),
            most_connections: 4096,
            most_requests: 512,
            rate_limit: Some(RateLimit::new(100, 200)),
            token_rate_limit: Some(RateLimit::new(10, 50)),
            token_lifetime: Duration::from_secs(3600),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}

impl RateLimit {
    /// A rate; each of the numbers is at least 1.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self { per_second: at_least_one(per_second), burst: at_least_one(burst) }
    }
}
