//! Missing CA certificates from where certificates say that they lie (AIA caIssuers), where the operator allows it.
//!
//! Whoever may ask a question chooses the URL, so this is off by default; requests go through the client that cannot reach
//! inside the network, and are few and short.

use std::time::Duration;

use opnc_client::outbound::{Outbound, Policy};
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

/// What may be fetched for one question.
pub(super) struct Fetcher {
    http: Option<Outbound>,
    asked: Vec<String>,
}

impl Fetcher {
    pub(super) fn new(ecosystem: &Ecosystem) -> Result<Self, ServiceError> {
        let policy = ecosystem.policy();
        let http = policy.fetch_issuers.then(|| {
            let outbound = policy.revocation.outbound.clone();
            Outbound::new(Policy { connect_timeout: CONNECT, timeout: FETCH, most_bytes: MOST_BYTES, ..outbound })
        });
        Ok(Self { http: http.transpose().map_err(ServiceError::internal)?, asked: Vec::new() })
    }

    /// The CA certificates that lie where the last of these certificates says.
    pub(super) async fn issuers_of(&mut self, certificates: &[Certificate]) -> Vec<Certificate> {
        let (Some(http), Some(last)) = (&self.http, certificates.last()) else { return Vec::new() };
        for url in &last.extensions().ca_issuers_urls {
            if self.asked.len() >= MOST_PLACES {
                break;
            }
            if self.asked.contains(url) {
                continue;
            }
            self.asked.push(url.clone());
            match http.get(url).await {
                Ok(answer) if answer.status == 200 => {
                    let found = read(&answer.body);
                    if !found.is_empty() {
                        return found;
                    }
                    tracing::info!(url, "what lies there is no CA certificate");
                }
                Ok(answer) => tracing::info!(url, status = answer.status, "a CA certificate could not be fetched"),
                Err(error) => tracing::info!(url, %error, "a CA certificate could not be fetched"),
            }
        }
        Vec::new()
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
