//! How the server works: where it listens, who may ask how fast, how it ends.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use super::{IssuerConfig, ListenerConfig, ProxyConfig};

/// Where the server listens and where its limits are.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The services of OPNC, for every party.
    pub public: ListenerConfig,
    /// Health, for the operator's own programs. `None`: health is asked for on the public listener.
    pub admin: Option<ListenerConfig>,
    /// The state of certificates (OCSP, CRL), in the clear for everybody who has a certificate in hand.
    pub status: Option<ListenerConfig>,
    /// How callers reach this server, without a slash at the end, for example `https://opnc.example`. It is the issuer and
    /// the audience of access tokens. `None`: the scheme and the address that was bound.
    pub base_url: Option<String>,
    /// The proxies in front of the public listener.
    pub proxy: ProxyConfig,
    /// Other issuers whose access tokens are taken.
    pub issuers: Vec<IssuerConfig>,
    /// Where requests of our own may go, for the keys of those issuers.
    pub outbound: opnc_client::outbound::Policy,
    /// Whether this process delivers events to the endpoints of the parties. Others on the same database may do so too.
    pub deliver_events: bool,
    /// The collector of OpenTelemetry that gets traces, without a path, for example `http://127.0.0.1:4318`. `None`: no
    /// traces are made.
    pub otlp_endpoint: Option<String>,
    /// How many requests of one party are worked on at the same time; further ones are answered with 429.
    pub most_requests_per_party: usize,
    /// How fast one party may send requests; then 429. `None`: as fast as it likes.
    pub rate_limit: Option<RateLimit>,
    /// How fast one client id, and one address, may ask for tokens; then 429. `None`: as fast as it likes.
    pub token_rate_limit: Option<RateLimit>,
    /// How long an access token is valid.
    pub token_lifetime: Duration,
    /// How long the server goes on as before after a shutdown began, with `/readyz` at 503 already, so that a load
    /// balancer stops sending requests here.
    pub shutdown_delay: Duration,
    /// How long requests in flight may go on after the listeners have closed.
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
    /// The limits of a production server, with the public listener alone.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            public: ListenerConfig::new(listen),
            admin: None,
            status: None,
            base_url: None,
            proxy: ProxyConfig::default(),
            issuers: Vec::new(),
            outbound: opnc_client::outbound::Policy::default(),
            deliver_events: true,
            otlp_endpoint: None,
            most_requests_per_party: 128,
            rate_limit: Some(RateLimit::new(100, 200)),
            token_rate_limit: Some(RateLimit::new(10, 50)),
            token_lifetime: Duration::from_secs(3600),
            shutdown_delay: Duration::ZERO,
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
