//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRef;
use opnc_client::outbound::Outbound;
use opnc_services::Ecosystem;
use uuid::Uuid;

use crate::extract::CertificateCache;
use crate::limits::{PartyRate, TokenRate};
use crate::oauth::{Issuer, Tokens, Verifier};
use crate::places::Places;
use crate::proxy::Proxies;
use crate::telemetry::{Metrics, Traces};
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
    tokens: Tokens,
    certificates: CertificateCache,
    proxies: Arc<Proxies>,
    party_places: Places<Uuid>,
    party_rate: PartyRate,
    token_rate: TokenRate,
    draining: AtomicBool,
    metrics: Metrics,
    traces: Option<Traces>,
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
        let outbound =
            Outbound::new(config.outbound.clone()).map_err(|error| ServerError::Outbound(error.to_string()))?;
        let tokens = Tokens::new(Verifier::new(issuer.key(), &base_url)?, &config.issuers, &outbound);
        let proxies = Arc::new(Proxies::new(&config.proxy));
        let party_places = Places::new(config.most_requests_per_party);
        let party_rate = PartyRate::new(config.rate_limit);
        let token_rate = TokenRate::new(config.token_rate_limit);
        let draining = AtomicBool::new(false);
        let metrics = Metrics::new()?;
        ecosystem.store().meter().record_with(metrics.recorder());
        let traces = config.otlp_endpoint.as_deref().map(Traces::new).transpose()?;
        if let Some(traces) = &traces {
            ecosystem.store().meter().tell(traces.listener());
        }
        let inner = Inner {
            ecosystem,
            config,
            base_url,
            tls,
            issuer,
            tokens,
            certificates: CertificateCache::default(),
            proxies,
            party_places,
            party_rate,
            token_rate,
            draining,
            metrics,
            traces,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// Where traces go, if they are made.
    pub(crate) fn traces(&self) -> Option<&Traces> {
        self.inner.traces.as_ref()
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

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.inner.tokens
    }

    /// Whom client certificates stood for a moment ago.
    pub(crate) fn certificates(&self) -> &CertificateCache {
        &self.inner.certificates
    }

    /// Whether a caller can show a certificate here, to us or to a proxy.
    pub(crate) fn takes_certificates(&self) -> bool {
        self.inner.tls.is_some() || self.inner.config.proxy.client_certificate_header.is_some()
    }

    /// The proxies in front.
    pub(crate) fn proxies(&self) -> Arc<Proxies> {
        Arc::clone(&self.inner.proxies)
    }

    /// The places of each party for requests in work.
    pub(crate) fn party_places(&self) -> &Places<Uuid> {
        &self.inner.party_places
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
