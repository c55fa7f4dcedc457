//! The party behind a client certificate, remembered for the seconds that a disabled party may still act.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use opnc_pki::certificate::Outline;
use opnc_pki::key::sha256;
use opnc_services::ServiceError;
use opnc_services::client_certificates::{self, Certified};
use opnc_services::parties::REMEMBERED;

use crate::state::App;
use crate::tls::PeerCertificates;

const MOST_REMEMBERED: usize = 10_000;

/// Whom a certificate stands for; else why it stands for nobody, as the end of a sentence.
type Standing = Result<Certified, String>;

/// Whom certificates stood for within the last seconds, by the hash of the leaf.
#[derive(Default)]
pub(crate) struct CertificateCache {
    known: Mutex<HashMap<[u8; 32], (Timestamp, Standing)>>,
}

/// Whom the certificate stands for; else why it stands for nobody, as the end of a sentence.
pub(crate) async fn certified(app: &App, peer: &PeerCertificates) -> Result<Standing, ServiceError> {
    let (hash, now) = (sha256(peer.leaf()), app.ecosystem().now());
    let cache = app.certificates();
    if let Some((at, known)) = cache.known.lock().unwrap_or_else(PoisonError::into_inner).get(&hash)
        && now.duration_since(*at).abs() < REMEMBERED
    {
        return Ok(known.clone());
    }
    let found = look_up(app, peer, now).await?;
    let mut known = cache.known.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST_REMEMBERED {
        known.clear();
    }
    known.insert(hash, (now, found.clone()));
    Ok(found)
}

async fn look_up(app: &App, peer: &PeerCertificates, now: Timestamp) -> Result<Standing, ServiceError> {
    let Ok(leaf) = Outline::from_der(peer.leaf()) else {
        return Ok(Err("it is no certificate of X.509 version 3".to_owned()));
    };
    let below_party_ca = match app.party_ca().map(|ca| ca.verify(peer, now)) {
        None => false,
        Some(Ok(())) => true,
        Some(Err(error)) => {
            tracing::debug!(%error, "a client certificate is not below a CA for parties");
            false
        }
    };
    client_certificates::identify(app.ecosystem(), &leaf, below_party_ca).await
}
