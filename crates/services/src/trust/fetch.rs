//! Missing CA certificates from where certificates say that they lie (AIA caIssuers), where the operator allows it.
//!
//! Whoever may ask a question chooses the URL, so this is off by default; requests go through the client that cannot reach
//! inside the network, and are few and short.

use std::sync::OnceLock;
use std::time::Duration;

use opnc_client::outbound::{Outbound, OutboundError, Policy};
use opnc_pki::certificate::Certificate;
use opnc_pki::pkcs7;

use crate::{Ecosystem, ServiceError};

/// How many places are asked for one question.
const MOST_PLACES: usize = 3;
/// How many certificates are taken from one place.
const MOST_CERTIFICATES: usize = 8;
const CONNECT: Duration = Duration::from_secs(2);
const FETCH: Duration = Duration::from_secs(3);
const MOST_BYTES: usize = 64 * 1024;

/// The client, made when something is fetched for the first time.
#[derive(Default)]
pub(crate) struct Fetching(OnceLock<Outbound>);

impl Fetching {
    fn client(&self, policy: &Policy) -> Result<&Outbound, OutboundError> {
        if let Some(made) = self.0.get() {
            return Ok(made);
        }
        let policy = policy.clone();
        let made =
            Outbound::new(Policy { connect_timeout: CONNECT, timeout: FETCH, most_bytes: MOST_BYTES, ..policy })?;
        Ok(self.0.get_or_init(|| made))
    }
}

/// What may be fetched for one question.
pub(super) struct Fetcher<'a> {
    ecosystem: &'a Ecosystem,
    asked: Vec<String>,
}

impl<'a> Fetcher<'a> {
    pub(super) fn new(ecosystem: &'a Ecosystem) -> Self {
        Self { ecosystem, asked: Vec::new() }
    }

    /// The CA certificates that lie where the last of these certificates says.
    ///
    /// # Errors
    /// When there can be no client.
    pub(super) async fn issuers_of(&mut self, certificates: &[Certificate]) -> Result<Vec<Certificate>, ServiceError> {
        let policy = self.ecosystem.policy();
        let Some(last) = certificates.last().filter(|_| policy.fetch_issuers) else { return Ok(Vec::new()) };
        for url in &last.extensions().ca_issuers_urls {
            if self.asked.len() >= MOST_PLACES {
                break;
            }
            if self.asked.contains(url) {
                continue;
            }
            self.asked.push(url.clone());
            let http = self.ecosystem.fetching().client(&policy.revocation.outbound).map_err(ServiceError::internal)?;
            match http.get(url).await {
                Ok(answer) if answer.status == 200 => {
                    let found = read(&answer.body);
                    if !found.is_empty() {
                        return Ok(found);
                    }
                    tracing::info!(url, "what lies there is no CA certificate");
                }
                Ok(answer) => tracing::info!(url, status = answer.status, "a CA certificate could not be fetched"),
                Err(error) => tracing::info!(url, %error, "a CA certificate could not be fetched"),
            }
        }
        Ok(Vec::new())
    }
}

/// A certificate in DER, or several in PKCS #7 (RFC 5280, 4.2.2.1); PEM, which it should not be, as well.
fn read(body: &[u8]) -> Vec<Certificate> {
    let pem = || std::str::from_utf8(body).ok().and_then(|text| opnc_pki::certificate::chain_from_pem(text).ok());
    let found = Certificate::from_der(body)
        .map(|one| vec![one])
        .or_else(|_| pkcs7::certificates(body))
        .ok()
        .or_else(pem)
        .unwrap_or_default();
    found.into_iter().filter(Certificate::is_ca).take(MOST_CERTIFICATES).collect()
}
