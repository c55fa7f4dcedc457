//! `[status]`: the listener for the state of certificates.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Section;

/// A listener in the clear, for everybody who has a certificate in hand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Status {
    /// The address to listen on. Without it there is no such listener.
    pub listen: Option<SocketAddr>,
    /// Where the listener is reached from outside, for example `http://status.example.org`; `/ocsp`, `/crl/…` and `/ca/…`
    /// lie below. Certificates that are issued from then on name it; changing it does not change those that exist.
    /// Without it they name nothing.
    pub url: Option<String>,
}

/// Certificates for cars have 800 bytes, and the URL is in each of them three times.
const MAX_URL: usize = 64;

impl Status {
    /// The URL without a slash at its end.
    pub(super) fn base_url(&self) -> Option<String> {
        self.url.as_ref().map(|url| url.trim_end_matches('/').to_owned())
    }
}

impl Section for Status {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let Some(url) = &self.url else { return Vec::new() };
        let host = url.strip_prefix("http://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        let usable = host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
            && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"'<>".contains(&byte));
        let mut problems = Vec::new();
        if !usable {
            problems.push((
                "url",
                format!(
                    "{url:?} is not the http:// URL of a host (who checks a certificate cannot ask over https first)"
                ),
            ));
        }
        if url.len() > MAX_URL {
            problems.push(("url", format!("has {} characters, at most {MAX_URL} fit into certificates", url.len())));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_has_to_fit_into_certificates() {
        let problems = |url: &str| Status { url: Some(url.to_owned()), ..Status::default() }.problems().len();
        for good in ["http://status.example.org", "http://127.0.0.1:8092/", "http://a/b"] {
            assert_eq!(problems(good), 0, "{good}");
        }
        for bad in ["https://a", "http://", "http:///x", "http://u@a", "http://a b", "a", "", "http://a/?x"] {
            assert_eq!(problems(bad), 1, "{bad}");
        }
        assert_eq!(problems(&format!("http://{}", "a".repeat(64))), 1);
    }
}
