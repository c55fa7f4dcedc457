//! The parts of a certificate that can be read whatever its key is.
//!
//! Certificates of TLS clients have keys of every kind (RSA, Ed25519) and are verified by the TLS library. What we need of
//! them is who they name, who issued them, and when they are valid.

use der::asn1::AnyRef;
use der::{Reader, SliceReader};
use jiff::Timestamp;
use opnc_messages::CertificateDer;
use opnc_messages::ids::Fingerprint;

use super::CertificateError;
use super::name::{Name, attribute};
use super::read::{read_serial, read_version, sequence};
use super::time::read_time;
use crate::key::sha256;

/// Names and dates of a certificate with any kind of key. Nothing of it is verified.
#[derive(Debug, Clone)]
pub struct Outline {
    subject: Name,
    issuer: Name,
    not_before: Timestamp,
    not_after: Timestamp,
    fingerprint: Fingerprint,
}

impl Outline {
    /// Reads the outline of one certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError`] when these are not the bytes of one certificate of X.509 version 3.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let mut input = SliceReader::new(der)?;
        let body = input.tlv_bytes()?;
        if body.len() < der.len() {
            return Err(CertificateError::TrailingBytes(der.len() - body.len()));
        }
        let signed = SliceReader::new(sequence(body)?)?.tlv_bytes()?;
        let mut fields = SliceReader::new(sequence(signed)?)?;
        read_version(&mut fields)?;
        read_serial(&mut fields)?;
        fields.tlv_bytes()?;
        let issuer = Name::from_der(fields.tlv_bytes()?)?;
        let mut validity = SliceReader::new(sequence(fields.tlv_bytes()?)?)?;
        let not_before = read_time(validity.decode::<AnyRef<'_>>()?)?;
        let not_after = read_time(validity.decode::<AnyRef<'_>>()?)?;
        let subject = Name::from_der(fields.tlv_bytes()?)?;
        Ok(Self { subject, issuer, not_before, not_after, fingerprint: sha256(der).into() })
    }

    /// Reads it from PEM, or from the other texts that [`Certificate::from_pem`](super::Certificate::from_pem) reads.
    ///
    /// # Errors
    /// [`CertificateError`] says what is wrong with the text or with the certificate in it.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        Self::from_der(CertificateDer::parse(text)?.as_bytes())
    }

    /// Whom it is for.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// Who issued it, by its own word.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// The common name, where it has exactly one.
    pub fn common_name(&self) -> Option<&str> {
        let mut names = self.subject.all(attribute::COMMON_NAME);
        names.next().filter(|_| names.next().is_none())
    }

    /// The first second in which it is valid.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// When it ends.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether this time lies between its dates.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        (self.not_before..=self.not_after).contains(&at)
    }

    /// The SHA-256 hash of the whole certificate.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hierarchy::{Domain, Hierarchy};
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn an_outline_says_what_the_certificate_says() {
        let at: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let hierarchy = Hierarchy::new(Domain::Cpo, "Example", at, &mut StdRng::seed_from_u64(1)).unwrap();
        let whole = hierarchy.root.certificate();
        let outline = Outline::from_der(whole.der()).unwrap();
        assert_eq!(outline.subject(), whole.subject());
        assert_eq!(outline.issuer(), whole.issuer());
        assert_eq!(outline.fingerprint(), whole.fingerprint());
        assert_eq!(outline.not_after(), whole.not_after());
        assert!(outline.is_valid_at(at) && !outline.is_valid_at(Timestamp::MAX));
        for length in 0..whole.der().len() {
            assert!(Outline::from_der(&whole.der()[..length]).is_err());
        }
        assert!(Outline::from_der(&[whole.der(), &[0]].concat()).is_err());
    }
}
