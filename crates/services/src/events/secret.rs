//! The secrets of endpoints: made here, sealed before they are kept, read again to sign with and for their owner.

use jiff::Timestamp;
use opnc_store::event_endpoints::Endpoint;
use rand::Rng;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Ecosystem, ServiceError};

/// What deliveries to an endpoint are signed with: the UTF-8 bytes of the secret as it is shown (E3).
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The secret.
    pub current: Zeroizing<String>,
    /// The one before it, while receivers may still know that alone.
    pub previous: Option<Zeroizing<String>>,
}

/// The secrets of an endpoint, as they are to be used at `now`.
///
/// # Errors
/// When they were sealed under another key.
pub fn secrets(ecosystem: &Ecosystem, endpoint: &Endpoint, now: Timestamp) -> Result<Secrets, ServiceError> {
    let previous = endpoint.previous_secret.as_ref().filter(|previous| now < previous.until);
    Ok(Secrets {
        current: unseal(ecosystem, endpoint.id, &endpoint.secret)?,
        previous: previous.map(|previous| unseal(ecosystem, endpoint.id, &previous.sealed)).transpose()?,
    })
}

/// A new secret for an endpoint: 256 random bits in hex behind a word that tells it from other secrets; and the same sealed.
///
/// # Errors
/// When the key store fails.
pub fn new_secret(ecosystem: &Ecosystem, endpoint: Uuid) -> Result<(Zeroizing<String>, Vec<u8>), ServiceError> {
    let mut random = Zeroizing::new([0; 32]);
    ecosystem.rng().fill_bytes(random.as_mut_slice());
    let digits = Zeroizing::new(hex::encode(*random));
    let secret = Zeroizing::new(format!("whsec_{}", digits.as_str()));
    let sealed = ecosystem.keys().seal(&purpose(endpoint), secret.as_bytes()).map_err(ServiceError::internal)?;
    Ok((secret, sealed))
}

fn unseal(ecosystem: &Ecosystem, endpoint: Uuid, sealed: &[u8]) -> Result<Zeroizing<String>, ServiceError> {
    let bytes = ecosystem.keys().unseal(&purpose(endpoint), sealed).map_err(ServiceError::internal)?;
    let text = std::str::from_utf8(&bytes).map_err(ServiceError::internal)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// What the secret is for, so that no other endpoint's can stand in its place.
fn purpose(endpoint: Uuid) -> String {
    format!("webhook endpoint {endpoint}")
}
