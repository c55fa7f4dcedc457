//! What an operator decides: `opnc.toml`, a file per section.
//!
//! A section is a struct with a default for each key, so that an empty file is a whole configuration. It says itself
//! which of its paths are relative and what is wrong with its values ([`Section`]). [`Loaded`] puts the sources together:
//! defaults, then the file, then the environment, then flags.

mod admin;
mod duration;
mod events;
mod federation;
mod iso20;
mod issuer;
mod keys;
mod limits;
mod listener;
mod load;
mod outbound;
mod problem;
mod proxy;
mod public;
mod rcp;
mod retention;
mod revocation;
mod server;
mod show;
mod source;
mod status;
mod store;
mod telemetry;
#[cfg(test)]
mod tests;
mod tls;
mod together;
mod transport;
mod trust;
mod variables;

use std::path::Path;

use opnc_services::ecosystem::Policy;
use serde::{Deserialize, Serialize};

pub use admin::Admin;
pub use duration::Period;
pub use events::Events;
pub use federation::Federation;
pub use iso20::{Iso20, KeyIdentifier};
pub use issuer::{IssuerConfig, TokenAlgorithm};
pub use keys::Keys;
pub use limits::Limits;
pub use listener::ListenerConfig;
pub use load::{Loaded, Sources};
pub use outbound::OutboundSection;
pub use problem::ConfigError;
pub use proxy::ProxyConfig;
pub use public::Server;
pub use rcp::Rcp;
pub use retention::Retention;
pub use revocation::{Checking, Revocation};
pub use server::{RateLimit, ServerConfig};
pub use show::Setting;
pub use status::Status;
pub use store::Database;
pub use telemetry::Telemetry;
pub use tls::TlsSection;
pub use transport::{TlsConfig, TlsVersion};
pub use trust::Trust;

/// A whole configuration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[tls]`
    pub tls: TlsSection,
    /// `[proxy]`
    pub proxy: ProxyConfig,
    /// `[[issuer]]`
    pub issuer: Vec<IssuerConfig>,
    /// `[outbound]`
    pub outbound: OutboundSection,
    /// `[federation]`
    pub federation: Federation,
    /// `[admin]`
    pub admin: Admin,
    /// `[status]`
    pub status: Status,
    /// `[limits]`
    pub limits: Limits,
    /// `[store]`
    pub store: Database,
    /// `[keys]`
    pub keys: Keys,
    /// `[rcp]`
    pub rcp: Rcp,
    /// `[trust]`
    pub trust: Trust,
    /// `[iso20]`
    pub iso20: Iso20,
    /// `[revocation]`
    pub revocation: Revocation,
    /// `[events]`
    pub events: Events,
    /// `[retention]`
    pub retention: Retention,
    /// `[telemetry]`
    pub telemetry: Telemetry,
}

/// What every section can do.
pub(crate) trait Section {
    /// Makes relative paths absolute, seen from the folder of the file.
    fn resolve(&mut self, _folder: &Path) {}

    /// What is wrong with values that are well-formed: key (without the section) and problem.
    fn problems(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Config {
    /// Every section with its name in the file. A new one needs this line and its field.
    fn sections(&mut self) -> Vec<(&'static str, &mut dyn Section)> {
        vec![
            ("server", &mut self.server),
            ("tls", &mut self.tls),
            ("proxy", &mut self.proxy),
            ("issuer", &mut self.issuer),
            ("outbound", &mut self.outbound),
            ("federation", &mut self.federation),
            ("admin", &mut self.admin),
            ("status", &mut self.status),
            ("limits", &mut self.limits),
            ("store", &mut self.store),
            ("keys", &mut self.keys),
            ("rcp", &mut self.rcp),
            ("trust", &mut self.trust),
            ("iso20", &mut self.iso20),
            ("revocation", &mut self.revocation),
            ("events", &mut self.events),
            ("retention", &mut self.retention),
            ("telemetry", &mut self.telemetry),
        ]
    }

    /// The operator's decisions about the services.
    pub fn policy(&self) -> Policy {
        Policy {
            require_fingerprint: self.rcp.require_fingerprint,
            root_approvals: self.rcp.approvals,
            root_approval_lifetime: self.rcp.approval_lifetime(),
            misses_per_minute: limits::some(self.limits.misses_per_minute),
            plain_identifiers: self.telemetry.plain_identifiers,
            key_id_form: self.iso20.key_id_form(),
            status_url: self.status.base_url(),
            trust: self.trust.policy(),
            retention: self.retention.kept(),
            revocation: self.revocation.policy(self.outbound.policy()),
            delivery: self.events.policy(self.outbound.policy()),
            fetch_issuers: self.outbound.fetch_issuers,
            federation: self.federation.policy(self.outbound.policy()),
            peers: self.federation.peers(self.server.base_url.as_deref()),
        }
    }

    /// The operator's decisions about the HTTP side.
    pub fn serving(&self) -> ServerConfig {
        let (server, limits) = (&self.server, &self.limits);
        ServerConfig {
            public: ListenerConfig {
                listen: server.listen,
                tls: self.tls.serving(),
                body_limit: limits.body_bytes,
                request_timeout: limits.request_timeout.get(),
                header_timeout: limits.header_timeout.get(),
                most_connections: limits.connections,
                most_connections_per_address: limits.connections_per_address,
                most_requests: limits.requests,
            },
            admin: self.admin.listen.map(ListenerConfig::admin),
            status: self.status.listen.map(ListenerConfig::status),
            base_url: server.base_url.clone(),
            proxy: self.proxy.clone(),
            issuers: self.issuer.clone(),
            outbound: self.outbound.policy(),
            deliver_events: self.events.deliver,
            otlp_endpoint: self.telemetry.otlp_endpoint.clone(),
            most_requests_per_party: limits.requests_per_party,
            rate_limit: limits::rate(limits.rate_per_second, limits.rate_burst),
            token_rate_limit: limits::rate(limits.token_rate_per_second, limits.token_rate_burst),
            token_lifetime: server.token_lifetime.get(),
            shutdown_delay: server.shutdown_delay.get(),
            shutdown_timeout: server.shutdown_timeout.get(),
        }
    }
}
