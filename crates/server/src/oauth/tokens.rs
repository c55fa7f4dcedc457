//! Access tokens of any issuer that counts here: ours, and those that the operator has named.

use opnc_client::outbound::Outbound;
use opnc_messages::Service;
use uuid::Uuid;

use super::foreign::ForeignIssuer;
use super::{TokenError, Verifier};
use crate::config::IssuerConfig;
use crate::error::Refusal;
use crate::state::App;

/// Whom a good token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The party.
    pub(crate) party: Uuid,
    /// The services the token is good for.
    pub(crate) scopes: Vec<Service>,
    /// The hash of the certificate that must be shown with it.
    pub(crate) bound_to: Option<[u8; 32]>,
    /// Whether another issuer made it.
    pub(crate) foreign: bool,
}

/// Verifies tokens.
pub(crate) struct Tokens {
    own: Verifier,
    foreign: Vec<ForeignIssuer>,
}

impl Tokens {
    pub(crate) fn new(own: Verifier, issuers: &[IssuerConfig], outbound: &Outbound) -> Self {
        let foreign = issuers.iter().map(|issuer| ForeignIssuer::new(issuer.clone(), outbound.clone())).collect();
        Self { own, foreign }
    }

    /// Whom the token stands for, if it is good now.
    pub(crate) async fn verify(&self, app: &App, token: &str) -> Result<Identity, Refusal> {
        let own = self.own.verify(token, app.ecosystem().now());
        if own == Err(TokenError::Invalid)
            && let Some(issuer) = super::foreign::issuer_of(token)
            && let Some(foreign) = self.foreign.iter().find(|foreign| foreign.is(&issuer))
        {
            return foreign.verify(app.ecosystem(), token).await;
        }
        let claims = own?;
        let bound_to = claims.cnf.as_ref().map(super::claims::Confirmation::hash);
        Ok(Identity { party: claims.sub, scopes: claims.services(), bound_to, foreign: false })
    }
}
