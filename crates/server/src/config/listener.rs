//! One address to listen on, and the limits of those who come in there.

use std::net::SocketAddr;
use std::time::Duration;

use super::TlsConfig;

/// One address to listen on, and its limits.
#[derive(Debug, Clone)]
pub struct ListenerConfig {
    /// The address; with port 0 the system chooses one.
    pub listen: SocketAddr,
    /// How it speaks TLS. `None`: plain HTTP, for loopback or behind a proxy.
    pub tls: Option<TlsConfig>,
    /// The largest body of a request, in bytes.
    pub body_limit: usize,
    /// How long a request may take, its body included; then it is answered with 503.
    pub request_timeout: Duration,
    /// How long a connection may take to send the headers of its next request; idle connections end then too.
    pub header_timeout: Duration,
    /// How many connections are open at the same time; further ones wait in the system's queue.
    pub most_connections: usize,
    /// How many of them may come from one address (an IPv6 /64 counts as one); further ones are closed at once. Proxies that
    /// are trusted are not counted.
    pub most_connections_per_address: usize,
    /// How many requests are worked on at the same time; further ones are answered with 503. Token requests have
    /// a quarter of the places.
    pub most_requests: usize,
}

impl ListenerConfig {
    /// The limits of a listener that anybody may call.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            body_limit: 256 * 1024,
            request_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(30),
            most_connections: 4096,
            most_connections_per_address: 256,
            most_requests: 512,
        }
    }

    /// The limits of the status listener: requests of 8 KiB at most, answered at once.
    pub fn status(listen: SocketAddr) -> Self {
        Self { body_limit: 16 * 1024, request_timeout: Duration::from_secs(10), ..Self::new(listen) }
    }

    /// The limits of a listener for the operator's own programs: small requests, few at a time.
    pub fn admin(listen: SocketAddr) -> Self {
        Self { body_limit: 16 * 1024, most_connections: 64, most_requests: 16, ..Self::new(listen) }
    }
}
