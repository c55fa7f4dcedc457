//! Every certificate that our own CAs signed, recorded before it is handed out.

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A certificate of one of our own CAs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// The CA certificate that it was signed under.
    pub issuer_fingerprint: Fingerprint,
    /// Its serial number: lower-case hexadecimal, as many digits as the DER has.
    pub serial: String,
    /// SHA-256 of `der`.
    pub fingerprint: Fingerprint,
    /// The profile it was issued by.
    pub profile: String,
    /// The common name of its subject.
    pub subject: String,
    /// The party it was issued to.
    pub party_id: Option<Uuid>,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The end of its validity.
    pub not_after: Timestamp,
    /// When it was signed.
    pub created_at: Timestamp,
    /// Whether it still counts.
    pub status: CertificateStatus,
}

/// Whether an issued certificate still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateStatus {
    /// Nobody has revoked it.
    Good,
    /// It was revoked.
    Revoked,
}

impl CertificateStatus {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Good, Self::Revoked].into_iter().find(|status| status.as_str() == text)
    }
}

macro_rules! columns {
    () => {
        "issuer_fingerprint, serial, fingerprint, profile, subject, party_id, der, not_after, created_at, status"
    };
}

statements! {
    ADD = concat!(
        "INSERT INTO issued_certificates (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    FIND = concat!("SELECT ", columns!(), " FROM issued_certificates WHERE issuer_fingerprint = $1 AND serial = $2");
    BY_FINGERPRINT = concat!("SELECT ", columns!(), " FROM issued_certificates WHERE fingerprint = $1");
    SET_STATUS = "UPDATE issued_certificates SET status = $2 WHERE fingerprint = $1";
}

/// Records a certificate.
///
/// # Errors
/// [`StoreError`] when the database fails, or this CA has used this serial number before.
pub async fn add(tx: &mut Tx<'_>, issued: &IssuedCertificate) -> Result<(), StoreError> {
    tx.execute(
        &ADD,
        [
            (&issued.issuer_fingerprint).into(),
            (&issued.serial).into(),
            (&issued.fingerprint).into(),
            (&issued.profile).into(),
            (&issued.subject).into(),
            issued.party_id.into(),
            (&issued.der).into(),
            issued.not_after.into(),
            issued.created_at.into(),
            issued.status.as_str().into(),
        ],
    )
    .await?;
    Ok(())
}

/// The certificate with this serial number of this CA.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(
    reader: &mut Reader,
    issuer: &Fingerprint,
    serial: &str,
) -> Result<Option<IssuedCertificate>, StoreError> {
    let row = reader.fetch_optional(&FIND, [issuer.into(), serial.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// The certificate with this fingerprint, when one of our CAs issued it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_fingerprint(
    reader: &mut Reader,
    fingerprint: &Fingerprint,
) -> Result<Option<IssuedCertificate>, StoreError> {
    let row = reader.fetch_optional(&BY_FINGERPRINT, [fingerprint.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Changes the status of a certificate; whether it is one of ours.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_status(
    tx: &mut Tx<'_>,
    fingerprint: &Fingerprint,
    status: CertificateStatus,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET_STATUS, [fingerprint.into(), status.as_str().into()]).await? > 0)
}

fn read(row: &Row) -> Result<IssuedCertificate, StoreError> {
    Ok(IssuedCertificate {
        issuer_fingerprint: row.fingerprint("issuer_fingerprint")?,
        serial: row.text("serial")?,
        fingerprint: row.fingerprint("fingerprint")?,
        profile: row.text("profile")?,
        subject: row.text("subject")?,
        party_id: row.uuid_or_null("party_id")?,
        der: row.blob("der")?,
        not_after: row.time("not_after")?,
        created_at: row.time("created_at")?,
        status: row.word("status", CertificateStatus::parse)?,
    })
}
