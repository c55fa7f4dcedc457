//! What we show at a peer: secrets that are kept sealed, and the client that is made of them.

use std::time::Duration;

use opnc_client::outbound::Policy;
use opnc_client::{Client, ClientCertificate, Credentials, Shown};
use opnc_store::peers::Peer;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Ecosystem, ServiceError};

/// The most bytes of a peer's answer.
const MOST_BYTES: usize = 1024 * 1024;

/// A client of this peer, within its limits, that shows what we have been given for it.
///
/// # Errors
/// When our secrets were sealed under another key, or its URL is none that may be asked.
pub(crate) fn client(ecosystem: &Ecosystem, peer: &Peer) -> Result<Client, ServiceError> {
    let credentials = peer.credentials.as_ref().map(|own| {
        let secret = unseal(ecosystem, &secret_of(peer.party_id), &own.sealed_secret)?;
        let client_secret = String::clone(&secret).into();
        let (client_id, token_url) = (own.client_id.clone(), own.token_url.clone());
        Ok::<_, ServiceError>(Credentials { client_id, client_secret, token_url })
    });
    let certificate = peer.certificate.as_ref().map(|own| {
        let key = unseal(ecosystem, &key_of(peer.party_id), &own.sealed_key)?;
        ClientCertificate::from_pem(&own.chain, &key).map_err(ServiceError::internal)
    });
    let shown = Shown { credentials: credentials.transpose()?, certificate: certificate.transpose()? };
    let timeout = Duration::from_millis(peer.timeout_ms.into());
    let outbound = &ecosystem.policy().federation.outbound;
    let policy = Policy {
        timeout,
        connect_timeout: outbound.connect_timeout.min(timeout),
        most_bytes: MOST_BYTES,
        most_idle: usize::try_from(peer.most_calls).unwrap_or(usize::MAX),
        ..outbound.clone()
    };
    Client::guarded(&peer.base_url, shown, ecosystem.clock(), policy).map_err(ServiceError::internal)
}

/// A secret, so that it can be kept.
pub(super) fn seal(ecosystem: &Ecosystem, purpose: &str, secret: &str) -> Result<Vec<u8>, ServiceError> {
    ecosystem.keys().seal(purpose, secret.as_bytes()).map_err(ServiceError::internal)
}

fn unseal(ecosystem: &Ecosystem, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<String>, ServiceError> {
    let bytes: Zeroizing<Vec<u8>> = ecosystem.keys().unseal(purpose, sealed).map_err(ServiceError::internal)?;
    let text = std::str::from_utf8(&bytes).map_err(ServiceError::internal)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// What a secret is for, so that no other can stand in its place.
pub(super) fn secret_of(peer: Uuid) -> String {
    format!("credentials at peer {peer}")
}

/// What a private key is for.
pub(super) fn key_of(peer: Uuid) -> String {
    format!("client key at peer {peer}")
}
