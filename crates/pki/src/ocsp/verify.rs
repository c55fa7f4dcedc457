//! Whether an answer can be believed (RFC 6960, 3.2).

use jiff::{SignedDuration, Timestamp};

use super::responder::OCSP_SIGNING;
use super::response::ResponderId;
use super::{BasicResponse, CertId, Status};
use crate::certificate::{Certificate, KeyUsage};
use crate::key::{PublicKey, sha1};

/// How far the clocks of both sides may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// How old an answer may be that does not say when it ends.
const LONGEST_AGE: SignedDuration = SignedDuration::from_hours(24);

/// What a verified answer says about the certificate that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub status: Status,
    /// When it was known to be so.
    pub since: Timestamp,
    /// Until when it may be used.
    pub good_until: Timestamp,
    /// Whether it has the nonce of the request, and so was made for it.
    pub repeats_nonce: bool,
}

/// Why an answer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Neither the issuer nor a responder of it has signed.
    #[error(
        "the answer is signed neither by the certificate's issuer nor by a valid responder of it (with OCSPSigning and ocsp-nocheck)"
    )]
    Signer,
    /// The signature is wrong.
    #[error("the signature of the answer does not verify")]
    Signature,
    /// It speaks of other certificates.
    #[error("the answer does not speak of this certificate")]
    OtherCertificate,
    /// It is from another time.
    #[error("the answer is for {from} to {until}, not for now")]
    Time {
        /// Its `thisUpdate`.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// It belongs to another request.
    #[error("the answer has another nonce than the request")]
    Nonce,
    /// It holds something that must be understood and is not.
    #[error("the answer has the critical extension {0}, which is not supported")]
    Critical(String),
}

impl BasicResponse {
    /// Verifies the answer about `id`, a certificate of `issuer`, at a time. `nonce` is that of the request.
    ///
    /// An answer without a nonce is accepted: many responders answer from a cache (RFC 5019).
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        &self,
        id: &CertId,
        issuer: &Certificate,
        nonce: Option<&[u8]>,
        at: Timestamp,
    ) -> Result<Verified, VerifyError> {
        let key = self.signer(issuer, at).ok_or(VerifyError::Signer)?;
        if self.algorithm != key.algorithm().signature_oid() {
            return Err(VerifyError::Signature);
        }
        key.verify_der(&self.signed, &self.signature).map_err(|_| VerifyError::Signature)?;
        if let Some(oid) = self.critical.first() {
            return Err(VerifyError::Critical(oid.to_string()));
        }
        let other = self.nonce.as_deref().zip(nonce).is_some_and(|(own, sent)| own != sent);
        if other {
            return Err(VerifyError::Nonce);
        }
        let single = self.singles.iter().find(|single| single.id == *id).ok_or(VerifyError::OtherCertificate)?;
        let from = single.this_update;
        let until = single.next_update.unwrap_or_else(|| from.saturating_add(LONGEST_AGE).unwrap_or(Timestamp::MAX));
        let soon = at.saturating_add(SKEW).unwrap_or(Timestamp::MAX);
        let before = at.saturating_sub(SKEW).unwrap_or(Timestamp::MIN);
        if from > soon || until < before {
            return Err(VerifyError::Time { from, until });
        }
        let repeats_nonce = nonce.is_some() && self.nonce.as_deref() == nonce;
        Ok(Verified { status: single.status, since: from, good_until: until, repeats_nonce })
    }

    /// The key that must have signed: the issuer's, or that of a responder with a certificate of the issuer.
    fn signer(&self, issuer: &Certificate, at: Timestamp) -> Option<PublicKey> {
        if self.names(issuer) {
            return Some(issuer.public_key().clone());
        }
        let is_responder = |certificate: &&Certificate| {
            let extensions = certificate.extensions();
            self.names(certificate)
                && certificate.issuer() == issuer.subject()
                && certificate.is_valid_at(at)
                && certificate.extended_key_usage().contains(&OCSP_SIGNING)
                && extensions.ocsp_no_check
                && extensions.unknown_critical.is_empty()
                && certificate.key_usage().is_none_or(|usage| usage.contains(KeyUsage::DIGITAL_SIGNATURE))
                && certificate.verify_signature(issuer.public_key()).is_ok()
        };
        self.certificates.iter().find(is_responder).map(|certificate| certificate.public_key().clone())
    }

    fn names(&self, certificate: &Certificate) -> bool {
        match &self.responder {
            ResponderId::Name(name) => certificate.subject().der() == name,
            ResponderId::Key(hash) => sha1(certificate.public_key().point()) == hash.as_slice(),
        }
    }
}
