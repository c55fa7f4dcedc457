//! `[proxy]`: reverse proxies in front of the server, and what is believed of them.

use axum::http::HeaderName;
use opnc_client::outbound::Network;
use serde::{Deserialize, Serialize};

use super::Section;

/// The proxies in front of the server. From any other address, what only a proxy may say is not believed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProxyConfig {
    /// Addresses (`10.0.0.7`) and networks (`10.1.0.0/16`) of the proxies. The address of the caller behind one of them is
    /// read from `X-Forwarded-For`.
    pub trusted: Vec<String>,
    /// The header in which they hand the client's certificate over: `Client-Cert` (RFC 9440), `X-Forwarded-Client-Cert`
    /// (Envoy), or any other with the PEM in URL encoding (`$ssl_client_escaped_cert` of nginx). None by default.
    pub client_certificate_header: Option<String>,
}

impl Section for ProxyConfig {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems: Vec<_> =
            self.trusted.iter().filter_map(|one| one.parse::<Network>().err()).map(|p| ("trusted", p)).collect();
        if let Some(name) = &self.client_certificate_header {
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                problems.push(("client_certificate_header", format!("{name:?} is no name of a header")));
            }
            if self.trusted.is_empty() {
                problems.push(("client_certificate_header", "nobody is trusted to send it: fill `trusted`".to_owned()));
            }
        }
        problems
    }
}
