//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRef;
use opnc_services::Ecosystem;

use crate::limits::{PartyRate, TokenRate};
use crate::oauth::{Issuer, Verifier};
use crate::telemetry::Metrics;
use crate::tls::{PartyCa, Tls};
use crate::{ServerConfig, ServerError};

/// What all requests share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    inner: Arc<Inner>,
}

struct Inner {
    ecosystem: Ecosystem,
    config: ServerConfig,
    base_url: String,
    tls: Option<Arc<Tls>>,
    issuer: Issuer,
    verifier: Verifier,
    party_rate: PartyRate,
    token_rate: TokenRate,
    draining: AtomicBool,
    metrics: Metrics,
}

impl App {
    /// Loads the token key, and makes it at the first start.
    pub(crate) fn new(
        ecosystem: Ecosystem,
        config: ServerConfig,
        base_url: String,
        tls: Option<Arc<Tls>>,
    ) -> Result<Self, ServerError> {
        let issuer = Issuer::new(&ecosystem, &base_url, config.token_lifetime)?;
        let verifier = Verifier::new(issuer.public_key(), &base_url)?;
        let party_rate = PartyRate::new(config.rate_limit);
        let token_rate = TokenRate::new(config.token_rate_limit);
        let draining = AtomicBool::new(false);
        let metrics = Metrics::new()?;
        ecosystem.store().meter().record_with(metrics.recorder());
        let inner =
            Inner { ecosystem, config, base_url, tls, issuer, verifier, party_rate, token_rate, draining, metrics };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(crate) fn ecosystem(&self) -> &Ecosystem {
        &self.inner.ecosystem
    }

    pub(crate) fn config(&self) -> &ServerConfig {
        &self.inner.config
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    /// The PKI of the parties, where there is one.
    pub(crate) fn party_ca(&self) -> Option<Arc<PartyCa>> {
        self.inner.tls.as_ref().and_then(|tls| tls.party_ca())
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        &self.inner.issuer
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.inner.verifier
    }

    pub(crate) fn party_rate(&self) -> &PartyRate {
        &self.inner.party_rate
    }

    pub(crate) fn token_rate(&self) -> &TokenRate {
        &self.inner.token_rate
    }

    /// From now on the server is not ready: it is about to end.
    pub(crate) fn drain(&self) {
        self.inner.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the server is about to end.
    pub(crate) fn is_draining(&self) -> bool {
        self.inner.draining.load(Ordering::Relaxed)
    }
}

impl FromRef<App> for Ecosystem {
    fn from_ref(app: &App) -> Self {
        app.ecosystem().clone()
    }
}
