//! What an access token says.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use opnc_messages::Service;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The claims of an access token (RFC 9068, 2.2, without the `typ` that older clients stumble over).
///
/// A token names party and scopes; role and prefixes of the party are read at each request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The base URL of the server that made it.
    pub(crate) iss: String,
    /// The base URL of the server it is for.
    pub(crate) aud: String,
    /// The party.
    pub(crate) sub: Uuid,
    /// The client that asked for it.
    pub(crate) client_id: String,
    /// Names of services, with a space between.
    pub(crate) scope: String,
    /// When it was made, in seconds since 1970.
    pub(crate) iat: i64,
    /// When it ends, in seconds since 1970.
    pub(crate) exp: i64,
    /// Its own id.
    pub(crate) jti: Uuid,
    /// The certificate that it works with alone (RFC 8705, 3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cnf: Option<Confirmation>,
}

/// A key that the bearer must show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confirmation {
    /// The SHA-256 hash of its certificate, in base64url.
    #[serde(rename = "x5t#S256")]
    certificate: String,
}

impl Confirmation {
    /// Of a certificate with this hash.
    pub(crate) fn new(hash: [u8; 32]) -> Self {
        Self { certificate: BASE64_URL_SAFE_NO_PAD.encode(hash) }
    }

    /// As it stands in a token.
    pub(crate) fn of(certificate: &str) -> Self {
        Self { certificate: certificate.to_owned() }
    }

    /// The hash; one that no certificate has where it cannot be read.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let hash = BASE64_URL_SAFE_NO_PAD.decode(&self.certificate).ok();
        hash.and_then(|hash| hash.try_into().ok()).unwrap_or_default()
    }
}

impl Claims {
    /// The services that the token is good for; a name that is none of ours gives nothing.
    pub(crate) fn services(&self) -> Vec<Service> {
        services_of(&self.scope).unwrap_or_default()
    }
}

/// The services as a scope (RFC 6749, 3.3).
pub(crate) fn scope_text(services: &[Service]) -> String {
    services.iter().map(|service| service.as_str()).collect::<Vec<_>>().join(" ")
}

/// The services of a scope; `None` when it names something else.
pub(crate) fn services_of(scope: &str) -> Option<Vec<Service>> {
    let mut services = Vec::new();
    for name in scope.split(' ').filter(|name| !name.is_empty()) {
        let service = Service::ALL.into_iter().find(|service| service.as_str() == name)?;
        if !services.contains(&service) {
            services.push(service);
        }
    }
    Some(services)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_round_trip() {
        assert_eq!(services_of("ccp rcp  ccp"), Some(vec![Service::Ccp, Service::Rcp]));
        assert_eq!(services_of(""), Some(vec![]));
        assert_eq!(services_of("rcp admin"), None);
        assert_eq!(scope_text(&[Service::Rcp, Service::Pcp]), "rcp pcp");
    }
}
