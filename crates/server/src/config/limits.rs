//! `[limits]`: how much callers may ask of the service. A rate of 0 means that there is no limit.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::{Period, RateLimit, Section, ServerConfig};

/// How much callers may ask.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest body of a request, in bytes.
    pub body_bytes: usize,
    /// How long a request may take, its body included; then 503.
    pub request_timeout: Period,
    /// How long a connection may take to send the headers of its next request.
    pub header_timeout: Period,
    /// Connections that are open at the same time.
    pub connections: usize,
    /// Those of them that may come from one address.
    pub connections_per_address: usize,
    /// Requests that are worked on at the same time; further ones are answered with 503.
    pub requests: usize,
    /// Requests of one party that are worked on at the same time; further ones are answered with 429.
    pub requests_per_party: usize,
    /// Requests per second of one party in the long run; then 429.
    pub rate_per_second: u32,
    /// Requests of one party at once, after a pause.
    pub rate_burst: u32,
    /// Token requests per second of one client id, and of one address.
    pub token_rate_per_second: u32,
    /// Token requests at once, after a pause.
    pub token_rate_burst: u32,
    /// Unknown PCIDs and EMAIDs that a party may ask for within a minute; then 429.
    pub misses_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let server = ServerConfig::new(super::Server::default().listen);
        let numbers = |rate: Option<RateLimit>| rate.map_or((0, 0), |rate| (rate.per_second.get(), rate.burst.get()));
        let (rate_per_second, rate_burst) = numbers(server.rate_limit);
        let (token_rate_per_second, token_rate_burst) = numbers(server.token_rate_limit);
        Self {
            body_bytes: server.public.body_limit,
            request_timeout: Period::seconds(server.public.request_timeout.as_secs()),
            header_timeout: Period::seconds(server.public.header_timeout.as_secs()),
            connections: server.public.most_connections,
            connections_per_address: server.public.most_connections_per_address,
            requests: server.public.most_requests,
            requests_per_party: server.most_requests_per_party,
            rate_per_second,
            rate_burst,
            token_rate_per_second,
            token_rate_burst,
            misses_per_minute: opnc_services::ecosystem::Policy::default().misses_per_minute.unwrap_or(0),
        }
    }
}

impl Section for Limits {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut between = |key, value: usize, least: usize, most: usize| {
            if value < least {
                problems.push((key, format!("{value} is less than {least}, with which nothing could be served")));
            } else if value > most {
                problems.push((key, format!("{value} is more than {most}, for which no machine has room")));
            }
        };
        // The largest message of the protocol, in base64 with its chains.
        between("body_bytes", self.body_bytes, 16 * 1024, 64 * 1024 * 1024);
        between("connections", self.connections, 1, 1_000_000);
        between("connections_per_address", self.connections_per_address, 1, 1_000_000);
        between("requests", self.requests, 1, 100_000);
        between("requests_per_party", self.requests_per_party, 1, 100_000);
        for (key, period) in [("request_timeout", self.request_timeout), ("header_timeout", self.header_timeout)] {
            problems.extend(period.outside(Period::seconds(1), Period::seconds(3600)).map(|problem| (key, problem)));
        }
        for (key, value) in [("rate_burst", self.rate_burst), ("rate_per_second", self.rate_per_second)] {
            between_rates(&mut problems, key, value);
        }
        for (key, value) in
            [("token_rate_burst", self.token_rate_burst), ("token_rate_per_second", self.token_rate_per_second)]
        {
            between_rates(&mut problems, key, value);
        }
        problems
    }
}

/// Beyond this, 0 is what is meant.
fn between_rates(problems: &mut Vec<(&'static str, String)>, key: &'static str, value: u32) {
    if value > 1_000_000 {
        problems.push((key, format!("{value} is more than 1000000; 0 means that there is no limit")));
    }
}

/// 0 means that there is no limit.
pub(super) fn some(number: u32) -> Option<u32> {
    (number > 0).then_some(number)
}

/// A burst of 0 is a burst of one second.
pub(super) fn rate(per_second: u32, burst: u32) -> Option<RateLimit> {
    let per_second = NonZeroU32::new(per_second)?;
    Some(RateLimit { per_second, burst: NonZeroU32::new(burst).unwrap_or(per_second) })
}
