//! Makes and signs a list.

use der::{Encode, Tag};
use jiff::Timestamp;
use opnc_messages::pki::RevocationReason;

use super::{AUTHORITY_KEY_ID, CRL_NUMBER, REASON_CODE, Revoked};
use crate::asn1::{SignError, explicit, extension, implicit, sequence, signature_algorithm, signed, unsigned, wrap};
use crate::certificate::{Certificate, to_der_time};
use crate::key::Signer;

/// Everything a list will say.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The CA whose list it is.
    pub issuer: &'a Certificate,
    /// Its number: each list of a CA has a higher one than those before.
    pub number: u64,
    /// When it is made.
    pub this_update: Timestamp,
    /// When the next one will be there at the latest.
    pub next_update: Timestamp,
    /// What is revoked and has not expired.
    pub revoked: &'a [Revoked],
}

impl Draft<'_> {
    /// Signs the list with the CA's key.
    ///
    /// # Errors
    /// [`SignError`] for a date before 1970, or when the signer fails.
    pub fn sign(&self, signer: &Signer) -> Result<Vec<u8>, SignError> {
        let mut entries = Vec::new();
        for one in self.revoked {
            entries.extend(entry(one)?);
        }
        // An empty list is left out (RFC 5280, 5.1.2.6).
        let entries = if entries.is_empty() { Vec::new() } else { sequence(&[&entries])? };
        let key_id = self.issuer.subject_key_id().unwrap_or_default();
        let authority = sequence(&[&wrap(implicit(0), &[key_id])?])?;
        let number = unsigned(&self.number.to_be_bytes())?;
        let extensions = sequence(&[&extension(AUTHORITY_KEY_ID, &authority)?, &extension(CRL_NUMBER, &number)?])?;
        let list = sequence(&[
            &unsigned(&[1])?,
            &signature_algorithm(signer.public_key().algorithm())?,
            self.issuer.subject().der(),
            &time(self.this_update)?,
            &time(self.next_update)?,
            &entries,
            &wrap(explicit(0), &[&extensions])?,
        ])?;
        signed(&list, signer, &[])
    }
}

fn entry(one: &Revoked) -> Result<Vec<u8>, der::Error> {
    // "Unspecified" is said by saying nothing (RFC 5280, 5.3.1).
    let extensions = match one.reason.filter(|reason| *reason != RevocationReason::Unspecified) {
        Some(reason) => sequence(&[&extension(REASON_CODE, &wrap(Tag::Enumerated, &[&[reason.code()]])?)?])?,
        None => Vec::new(),
    };
    sequence(&[&unsigned(&one.serial)?, &time(one.at)?, &extensions])
}

fn time(at: Timestamp) -> Result<Vec<u8>, der::Error> {
    to_der_time(at).ok_or_else(|| der::Error::from(der::ErrorKind::DateTime))?.to_der()
}
