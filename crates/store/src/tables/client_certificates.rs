//! Certificates of TLS clients that are credentials of a party by themselves, whoever issued them.

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A certificate that is pinned to a party. The certificate itself is not kept: its hash tells it from all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The SHA-256 hash of its DER.
    pub fingerprint: Fingerprint,
    /// Whose credential it is.
    pub party_id: Uuid,
    /// Its subject, for people.
    pub subject: String,
    /// When it ends.
    pub not_after: Timestamp,
    /// When it was pinned.
    pub created_at: Timestamp,
}

statements! {
    ADD = "INSERT INTO client_certificates (fingerprint, party_id, subject, not_after, created_at)
           VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (fingerprint) DO NOTHING";
    FIND = "SELECT fingerprint, party_id, subject, not_after, created_at FROM client_certificates
            WHERE fingerprint = $1";
    OF_PARTY = "SELECT fingerprint, party_id, subject, not_after, created_at FROM client_certificates
                WHERE party_id = $1 ORDER BY created_at, fingerprint";
    REMOVE = "DELETE FROM client_certificates WHERE fingerprint = $1 AND party_id = $2";
}

/// Pins a certificate; `false` when it is pinned already, to whomever.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such party.
pub async fn add(tx: &mut Tx<'_>, certificate: &ClientCertificate) -> Result<bool, StoreError> {
    let values = [
        (&certificate.fingerprint).into(),
        certificate.party_id.into(),
        (&certificate.subject).into(),
        certificate.not_after.into(),
        certificate.created_at.into(),
    ];
    Ok(tx.execute(&ADD, values).await? > 0)
}

/// The pinned certificate with this fingerprint.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, fingerprint: &Fingerprint) -> Result<Option<ClientCertificate>, StoreError> {
    let row = reader.fetch_optional(&FIND, [fingerprint.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// The certificates of a party, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_party(reader: &mut Reader, party: Uuid) -> Result<Vec<ClientCertificate>, StoreError> {
    reader.fetch_all(&OF_PARTY, [party.into()]).await?.iter().map(read).collect()
}

/// Takes the certificate from the party; whether it had it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, party: Uuid, fingerprint: &Fingerprint) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, [fingerprint.into(), party.into()]).await? > 0)
}

fn read(row: &Row) -> Result<ClientCertificate, StoreError> {
    Ok(ClientCertificate {
        fingerprint: row.fingerprint("fingerprint")?,
        party_id: row.uuid("party_id")?,
        subject: row.text("subject")?,
        not_after: row.time("not_after")?,
        created_at: row.time("created_at")?,
    })
}
