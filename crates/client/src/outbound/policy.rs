//! What requests to strangers may do.

use super::address::{carried, is_public};
use super::error::OutboundError;
use super::network::Network;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// The longest URL that is requested.
const MAX_URL: usize = 4096;

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

    /// Whether a URL could be requested, as far as that can be told without asking for the addresses of its name.
    ///
    /// # Errors
    /// With the reason why it never will be.
    pub fn check(&self, url: &str) -> Result<(), OutboundError> {
        let (_, host) = self.target(url)?;
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let name = host.trim_end_matches('.');
        let is_this_machine =
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
        if is_this_machine && !self.permits(address) {
            return Err(OutboundError::Refused { host, address });
        }
        Ok(())
    }

    /// The URL and its host, when it can be requested.
    pub(super) fn target(&self, text: &str) -> Result<(Url, String), OutboundError> {
        let refuse = |reason: &str| Err(OutboundError::Url { reason: reason.to_owned() });
        if text.len() > MAX_URL {
            return refuse("it is longer than 4096 characters");
        }
        let Ok(url) = Url::parse(text) else { return refuse("it is no absolute URL") };
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("only http and https are requested");
        }
        if url.scheme() == "http" && !self.allow_http {
            return refuse("only https is requested here");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it holds a user name or password");
        }
        let Some(host) = url.host_str().map(str::to_owned) else { return refuse("it names no host") };
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal {
            Ok(address) if !self.permits(address) => Err(OutboundError::Refused { host, address }),
            _ => Ok((url, host)),
        }
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
    fn what_never_could_be_requested_is_told_before() {
        let policy = Policy { allow_http: false, ..Policy::default() };
        policy.check("https://receiver.example:8443/events?key=1").unwrap();
        for wrong in [
            "http://receiver.example",
            "https://user@receiver.example",
            "https://127.0.0.1",
            "https://[::1]/",
            "https://localhost:1",
            "https://a.LOCALHOST./",
            "https://192.168.1.1",
            "https://",
            "receiver.example",
            "",
        ] {
            assert!(policy.check(wrong).is_err(), "{wrong}");
        }
        Policy::anywhere().check("http://localhost:1").unwrap();
    }

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
