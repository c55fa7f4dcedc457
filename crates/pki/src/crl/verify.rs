//! Whether a list can be believed.

use jiff::{SignedDuration, Timestamp};

use super::Crl;
use crate::certificate::{Certificate, KeyUsage};

/// How far the clocks of both sides may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Why a list is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrlError {
    /// It is the list of another CA.
    #[error("the revocation list is that of another CA")]
    Issuer,
    /// The CA may not sign lists.
    #[error("the CA may not sign revocation lists (key usage)")]
    KeyUsage,
    /// The signature is wrong.
    #[error("the signature of the revocation list does not verify")]
    Signature,
    /// It is from another time, or does not say when it ends.
    #[error("the revocation list of {from} is not for now")]
    Time {
        /// When it was made.
        from: Timestamp,
    },
    /// It is no complete list of this CA: a delta, an indirect or a partial one.
    #[error("the revocation list has the critical extension {0}: it is not complete")]
    Critical(String),
}

impl Crl {
    /// Verifies the list against the CA it should be of.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn verify(&self, issuer: &Certificate, at: Timestamp) -> Result<(), CrlError> {
        if self.issuer != issuer.subject().der() {
            return Err(CrlError::Issuer);
        }
        if issuer.key_usage().is_some_and(|usage| !usage.contains(KeyUsage::CRL_SIGN)) {
            return Err(CrlError::KeyUsage);
        }
        let key = issuer.public_key();
        let fits = self.algorithm == key.algorithm().signature_oid();
        if !fits || key.verify_der(&self.signed, &self.signature).is_err() {
            return Err(CrlError::Signature);
        }
        if let Some(oid) = self.critical.first() {
            return Err(CrlError::Critical(oid.to_string()));
        }
        let soon = at.saturating_add(SKEW).unwrap_or(Timestamp::MAX);
        let before = at.saturating_sub(SKEW).unwrap_or(Timestamp::MIN);
        if self.this_update > soon || self.next_update.is_none_or(|end| end < before) {
            return Err(CrlError::Time { from: self.this_update });
        }
        Ok(())
    }
}
