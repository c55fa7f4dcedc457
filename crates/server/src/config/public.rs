//! `[server]`: where the service is, for its callers and on this machine.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::{Period, Section};

/// Where the service is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The address to listen on; with port 0 the system chooses one.
    pub listen: SocketAddr,
    /// How callers reach the service. It is the issuer and the audience of access tokens, so tokens end when it changes.
    /// Without it: the address that is listened on.
    pub base_url: Option<String>,
    /// How long an access token is valid.
    pub token_lifetime: Period,
    /// How long the service goes on as before after its end was asked for, with `/readyz` at 503 already, so that a load
    /// balancer stops sending requests.
    pub shutdown_delay: Period,
    /// How long requests in flight may go on after that.
    pub shutdown_timeout: Period,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)),
            base_url: None,
            token_lifetime: Period::seconds(3600),
            shutdown_delay: Period::seconds(0),
            shutdown_timeout: Period::seconds(30),
        }
    }
}

impl Section for Server {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if let Some(problem) = self.base_url.as_deref().and_then(problem_of_url) {
            problems.push(("base_url", problem));
        }
        for (key, period, least, most) in [
            ("token_lifetime", self.token_lifetime, Period::seconds(60), Period::days(1)),
            ("shutdown_delay", self.shutdown_delay, Period::seconds(0), Period::seconds(3600)),
            ("shutdown_timeout", self.shutdown_timeout, Period::seconds(0), Period::seconds(3600)),
        ] {
            problems.extend(period.outside(least, most).map(|problem| (key, problem)));
        }
        problems
    }
}

/// Callers put paths behind it, and compare it with what stands in tokens.
fn problem_of_url(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let good = rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !rest.contains(|c: char| "?#@\\".contains(c) || c <= ' ')
    });
    (!good).then(|| format!("{url:?} is no address of a server such as https://opnc.example"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_where_callers_go() {
        for url in ["https://opnc.example", "https://opnc.example/", "http://[::1]:8090", "https://a.example/pnc"] {
            assert_eq!(problem_of_url(url), None, "{url}");
        }
        for url in
            ["", "opnc.example", "ftp://a", "https://", "https:///x", "https://a?b", "https://u@a", "https://a b"]
        {
            assert!(problem_of_url(url).is_some(), "{url}");
        }
    }
}
