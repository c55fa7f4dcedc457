//! The record of a certificate that one of our CAs has signed.

use jiff::Timestamp;
use opnc_pki::certificate::Certificate;
use opnc_pki::key::sha256;
use opnc_pki::profile::Profile;
use opnc_store::issued_certificates::IssuedCertificate;
use uuid::Uuid;

/// A certificate that was signed and is not recorded yet.
pub(crate) struct Issued<'a> {
    pub(crate) certificate: &'a Certificate,
    /// The certificate of the CA that signed it.
    pub(crate) issuer: &'a Certificate,
    pub(crate) profile: &'static Profile,
    /// The identifier in its common name, in normal form.
    pub(crate) subject_key: &'a str,
    /// To whom it goes; `None`: it is the ecosystem's own.
    pub(crate) party: Option<Uuid>,
}

impl Issued<'_> {
    /// The row that is to be there before anybody gets the certificate.
    pub(crate) fn row(&self, at: Timestamp) -> IssuedCertificate {
        let certificate = self.certificate;
        IssuedCertificate {
            issuer_fingerprint: self.issuer.fingerprint(),
            serial: hex::encode(certificate.serial()),
            fingerprint: certificate.fingerprint(),
            profile: self.profile.name.to_owned(),
            iso: self.profile.version,
            subject: certificate.common_name().unwrap_or_default().to_owned(),
            subject_key: self.subject_key.to_owned(),
            public_key_hash: Some(key_hash(certificate)),
            party_id: self.party,
            der: certificate.der().to_vec(),
            not_after: certificate.not_after(),
            created_at: at,
            revocation: None,
        }
    }
}

/// By what a public key is recognised again.
pub(crate) fn key_hash(certificate: &Certificate) -> [u8; 32] {
    sha256(&certificate.public_key().to_spki())
}
