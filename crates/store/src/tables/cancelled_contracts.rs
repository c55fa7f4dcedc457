//! Contract certificates that left the pool before their end, so that cancelled is not unknown.
//!
//! Kept are the fingerprint, the serial number and the issuer's name, by which others ask for a certificate, and country
//! and provider; nothing that names a person or a car. Nothing is kept beyond the end of the certificate.

use jiff::Timestamp;
use opnc_messages::ids::{Fingerprint, ProviderId};
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx, leaf};

/// A contract certificate that leaves the pool.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) der: Vec<u8>,
    pub(crate) provider: ProviderId,
    pub(crate) contract_id: Uuid,
    pub(crate) not_after: Timestamp,
}

/// What is left of a contract certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelledContract {
    /// SHA-256 of the certificate.
    pub fingerprint: Fingerprint,
    /// Its serial number: lower-case hexadecimal, as many digits as the DER has.
    pub serial: String,
    /// The name of its issuer, DER.
    pub issuer: Vec<u8>,
    /// Country and provider of the contract.
    pub provider: ProviderId,
    /// Whether the contract left the pool; if not, it is there with a newer certificate.
    pub ended: bool,
    /// When that was.
    pub cancelled_at: Timestamp,
    /// The end of the certificate's validity, and of this record.
    pub not_after: Timestamp,
}

macro_rules! columns {
    () => {
        "fingerprint, serial, issuer, provider, ended, cancelled_at, not_after"
    };
}

statements! {
    ADD = "INSERT INTO cancelled_contracts (fingerprint, serial, issuer, provider, contract_id, ended, cancelled_at, not_after)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (fingerprint) DO UPDATE SET ended = excluded.ended, contract_id = excluded.contract_id,
             cancelled_at = excluded.cancelled_at";
    END = "UPDATE cancelled_contracts SET ended = 1, cancelled_at = $2 WHERE contract_id = $1 AND ended = 0";
    GET = concat!("SELECT ", columns!(), " FROM cancelled_contracts WHERE fingerprint = $1");
    BY_SERIAL = concat!(
        "SELECT ", columns!(), " FROM cancelled_contracts WHERE serial = $1 AND issuer = $2
         ORDER BY ended DESC, cancelled_at DESC, fingerprint LIMIT 1"
    );
    REMOVE = "DELETE FROM cancelled_contracts WHERE fingerprint = $1";
    REMOVE_ENDED = "DELETE FROM cancelled_contracts WHERE not_after < $1";
}

/// Notes that a certificate leaves the pool at this time; with `ended` its contract leaves too, and with it all earlier
/// certificates of the contract. One that is past its end leaves no trace.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    certificate: &Certificate,
    ended: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    if ended {
        tx.execute(&END, [certificate.contract_id.into(), at.into()]).await?;
    }
    let Some(named) = leaf::named(&certificate.der).filter(|_| certificate.not_after >= at) else { return Ok(()) };
    let values = [
        (&certificate.fingerprint).into(),
        named.serial.into(),
        (&named.issuer).into(),
        certificate.provider.to_string().into(),
        certificate.contract_id.into(),
        ended.into(),
        at.into(),
        certificate.not_after.into(),
    ];
    tx.execute(&ADD, values).await?;
    Ok(())
}

/// Forgets a certificate that is in the pool again.
pub(crate) async fn remove(tx: &mut Tx<'_>, fingerprint: &Fingerprint) -> Result<(), StoreError> {
    tx.execute(&REMOVE, [fingerprint.into()]).await?;
    Ok(())
}

/// What is left of the certificate with this fingerprint.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn get(reader: &mut Reader, fingerprint: &Fingerprint) -> Result<Option<CancelledContract>, StoreError> {
    reader.fetch_optional(&GET, [fingerprint.into()]).await?.map(|row| read(&row)).transpose()
}

/// What is left of the certificate with this serial number of an issuer of this name (DER). Of several, as CAs of one name
/// could have made, one whose contract has ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_serial(
    reader: &mut Reader,
    issuer: &[u8],
    serial: &str,
) -> Result<Option<CancelledContract>, StoreError> {
    reader.fetch_optional(&BY_SERIAL, [serial.into(), issuer.into()]).await?.map(|row| read(&row)).transpose()
}

/// Forgets the certificates that ended before this time; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_ended(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&REMOVE_ENDED, [before.into()]).await
}

fn read(row: &Row) -> Result<CancelledContract, StoreError> {
    Ok(CancelledContract {
        fingerprint: row.fingerprint("fingerprint")?,
        serial: row.text("serial")?,
        issuer: row.blob("issuer")?,
        provider: row.parsed("provider", ProviderId::parse)?,
        ended: row.flag("ended")?,
        cancelled_at: row.time("cancelled_at")?,
        not_after: row.time("not_after")?,
    })
}
