//! What all requests share.

use std::sync::Arc;

use axum::extract::FromRef;
use opnc_services::Ecosystem;
use tokio::sync::Semaphore;

use crate::limits::{PartyRate, TokenRate};
use crate::oauth::{Issuer, Verifier};
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
    issuer: Issuer,
    verifier: Verifier,
    party_rate: PartyRate,
    token_rate: TokenRate,
    places: Arc<Semaphore>,
    token_places: Arc<Semaphore>,
}

impl App {
    /// Loads the token key, and makes it at the first start.
    pub(crate) fn new(ecosystem: Ecosystem, config: ServerConfig, base_url: String) -> Result<Self, ServerError> {
        let issuer = Issuer::new(&ecosystem, &base_url, config.token_lifetime)?;
        let verifier = Verifier::new(issuer.public_key(), &base_url)?;
        let party_rate = PartyRate::new(config.rate_limit);
        let token_rate = TokenRate::new(config.token_rate_limit);
        let places = Arc::new(Semaphore::new(config.most_requests));
        let token_places = Arc::new(Semaphore::new(config.most_requests.div_ceil(4)));
        let inner =
            Inner { ecosystem, config, base_url, issuer, verifier, party_rate, token_rate, places, token_places };
        Ok(Self { inner: Arc::new(inner) })
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

    /// The places for requests in work.
    pub(crate) fn places(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.places)
    }

    /// Those of them that token requests may take: anybody can send one, and slowly.
    pub(crate) fn token_places(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.token_places)
    }
}

impl FromRef<App> for Ecosystem {
    fn from_ref(app: &App) -> Self {
        app.ecosystem().clone()
    }
}
