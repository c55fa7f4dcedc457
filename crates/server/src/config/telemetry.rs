//! `[telemetry]`: what can be seen of the service from outside.

use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::Section;
use crate::telemetry::{self, LogFormat};

/// The log, and traces.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// What is logged: error, warn, info, debug, or a list by target (`info,opnc_store=debug`).
    pub log: String,
    /// How log lines look: pretty, json, or auto, which is pretty on a terminal.
    pub log_format: LogFormat,
    /// The collector of OpenTelemetry that gets a trace of each request by OTLP over HTTP; `/v1/traces` is added. Without
    /// it, no traces are made.
    pub otlp_endpoint: Option<String>,
    /// Whether EMAIDs and PCIDs stand in logs and in the audit trail as they are. Only for looking into a problem: they are personal data.
    pub plain_identifiers: bool,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { log: "info".to_owned(), log_format: LogFormat::Auto, otlp_endpoint: None, plain_identifiers: false }
    }
}

impl Section for Telemetry {
    fn problems(&self) -> Vec<(&'static str, String)> {
        let level = telemetry::check_level(&self.log).err().map(|error| ("log", error));
        let endpoint = self.otlp_endpoint.as_deref().and_then(|url| check_endpoint(url).err());
        level.into_iter().chain(endpoint.map(|problem| ("otlp_endpoint", problem))).collect()
    }
}

/// What is wrong with the address of a collector.
fn check_endpoint(url: &str) -> Result<(), String> {
    let uri: Uri = url.parse().map_err(|error| format!("{url:?} is no URL: {error}"))?;
    let authority = uri.authority().ok_or_else(|| format!("{url:?} names no host"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(format!("{url:?} is neither http nor https"));
    }
    if authority.as_str().contains('@') || uri.query().is_some() {
        return Err("the URL has a user, a password or a query".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_collectors() {
        for good in ["http://127.0.0.1:4318", "https://otel.example/", "http://[::1]:4318/tenant"] {
            check_endpoint(good).unwrap();
        }
        for bad in ["", "127.0.0.1:4318", "/v1/traces", "ftp://x", "grpc://x:4317", "http://a:b@x", "http://x/?key=1"] {
            assert!(check_endpoint(bad).is_err(), "{bad}");
        }
    }
}
