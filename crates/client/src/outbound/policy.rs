//! What requests to strangers may do.

use super::address::{carried, is_public};
use super::network::Network;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Where requests may go, how long they may take, and how much of an answer is read.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Ranges that requests may go to besides the public internet. Empty by default.
    pub allow: Vec<Network>,
    /// The most time until a connection stands, name resolution and TLS included.
    pub connect_timeout: Duration,
    /// The most time from the call to the last byte of the answer.
    pub timeout: Duration,
    /// The most bytes of an answer's body.
    pub most_bytes: usize,
    /// Whether `http` is requested, and not `https` alone.
    pub allow_http: bool,
    /// The most connections to one host that are kept for further requests.
    pub most_idle: usize,
}

impl Default for Policy {
    /// The public internet, `http` too, 3 seconds to connect, 10 in all, 1 MiB, 4 connections kept.
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
            most_bytes: 1024 * 1024,
            allow_http: true,
            most_idle: 4,
        }
    }
}

impl Policy {
    /// The default, with every address allowed: for an ecosystem that lives in a network of its own, and for tests.
    pub fn anywhere() -> Self {
        let all = |address: IpAddr| Network::new(address, 0);
        Self { allow: vec![all(Ipv4Addr::UNSPECIFIED.into()), all(Ipv6Addr::UNSPECIFIED.into())], ..Self::default() }
    }

    /// Whether requests may go to this address.
    pub fn permits(&self, address: IpAddr) -> bool {
        let inner = match address {
            IpAddr::V6(address) => carried(address).map_or(IpAddr::V6(address), IpAddr::V4),
            IpAddr::V4(_) => address,
        };
        is_public(address) || self.allow.iter().any(|network| network.contains(address) || network.contains(inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_ranges_add_to_the_public_internet() {
        let policy = Policy { allow: vec!["10.1.0.0/16".parse().unwrap()], ..Policy::default() };
        for (address, permitted) in [
            ("1.1.1.1", true),
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("64:ff9b::10.1.2.3", true),
            ("10.2.0.1", false),
            ("127.0.0.1", false),
            ("::1", false),
        ] {
            assert_eq!(policy.permits(address.parse().unwrap()), permitted, "{address}");
        }
        assert!(Policy::anywhere().permits("::1".parse().unwrap()));
        assert!(Policy::anywhere().permits("169.254.169.254".parse().unwrap()));
    }
}
