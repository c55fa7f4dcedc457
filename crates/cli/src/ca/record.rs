//! What is shown of a certificate that was issued.

use opnc_messages::ids::Fingerprint;
use opnc_store::issued_certificates::IssuedCertificate;
use serde::Serialize;

/// One certificate, for machines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) fingerprint: Fingerprint,
    issuer_fingerprint: Fingerprint,
    pub(super) serial: String,
    pub(super) profile: String,
    pub(super) iso15118: &'static str,
    pub(super) subject: String,
    party_id: Option<uuid::Uuid>,
    issued_at: String,
    pub(super) not_after: String,
    pub(super) status: &'static str,
    revoked_at: Option<String>,
    pub(super) reason: Option<&'static str>,
}

impl From<&IssuedCertificate> for Record {
    fn from(issued: &IssuedCertificate) -> Self {
        let revocation = issued.revocation;
        Self {
            fingerprint: issued.fingerprint,
            issuer_fingerprint: issued.issuer_fingerprint,
            serial: issued.serial.clone(),
            profile: issued.profile.clone(),
            iso15118: issued.iso.as_str(),
            subject: issued.subject.clone(),
            party_id: issued.party_id,
            issued_at: issued.created_at.to_string(),
            not_after: issued.not_after.to_string(),
            status: if revocation.is_some() { "revoked" } else { "good" },
            revoked_at: revocation.map(|revocation| revocation.at.to_string()),
            reason: revocation.map(|revocation| revocation.reason.as_str()),
        }
    }
}
