//! What stands between us and a URL that a stranger chose: where it may lead, and how the connection to it is made.

use super::address::is_public;
use super::error::OutboundError;
use super::names::{Names, PermittedAddresses};
use super::policy::Policy;
use crate::access::ClientCertificate;
use reqwest::{Url, redirect};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection is kept for another request.
const IDLE: Duration = Duration::from_secs(15);

/// A policy, and who knows the addresses of names.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(super) policy: Arc<Policy>,
    pub(super) names: Names,
}

impl Guard {
    /// Names are resolved as the operating system does.
    pub(crate) fn new(policy: Policy) -> Self {
        Self { policy: Arc::new(policy), names: Names::System }
    }

    /// An HTTP client that connects to permitted addresses alone, and shows this certificate to who asks for one.
    pub(crate) fn http(&self, certificate: Option<&ClientCertificate>) -> Result<reqwest::Client, OutboundError> {
        let policy = &self.policy;
        let resolver = Arc::new(PermittedAddresses { names: self.names.clone(), policy: Arc::clone(policy) });
        let builder = || {
            let builder = reqwest::Client::builder()
                .dns_resolver(Arc::clone(&resolver))
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(policy.connect_timeout)
                .timeout(policy.timeout)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(policy.most_idle)
                .user_agent(concat!("opnc/", env!("CARGO_PKG_VERSION")));
            match certificate {
                Some(certificate) => builder.identity(certificate.identity()),
                None => builder,
            }
        };
        let http = builder().build().or_else(|_| builder().tls_certs_only([]).build());
        http.map_err(|error| OutboundError::from_request(error, "TLS", policy.timeout))
    }

    /// The URL and its host, when it can be requested.
    pub(super) fn target(&self, text: &str) -> Result<(Url, String), OutboundError> {
        self.policy.target(text)
    }

    /// The URL of somebody to whom we show a secret: `http` only where it is an address within the house.
    pub(crate) fn peer(&self, text: &str) -> Result<Url, OutboundError> {
        let (url, host) = self.target(text)?;
        let inside = address(&host).is_some_and(|address| !is_public(address));
        if url.scheme() == "http" && !inside {
            return Err(refused("a secret is sent there: only https, or http to an address that is not public"));
        }
        Ok(url)
    }
}

fn refused(reason: &str) -> OutboundError {
    OutboundError::Url { reason: reason.to_owned() }
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_in_plain_text_only_within_the_house() {
        let guard = Guard::new(Policy::anywhere());
        for url in ["https://peer.example", "http://127.0.0.1:8090", "http://[::1]:1", "http://10.1.2.3"] {
            assert!(guard.peer(url).is_ok(), "{url}");
        }
        for url in ["http://peer.example", "http://1.1.1.1", "http://localhost", "ftp://10.1.2.3"] {
            assert!(guard.peer(url).is_err(), "{url}");
        }
        let public = Guard::new(Policy::default());
        assert!(public.peer("https://10.1.2.3").is_err());
        assert!(public.peer("https://1.1.1.1").is_ok());
    }
}
