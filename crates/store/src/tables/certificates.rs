//! CA certificates by content: the sub CAs of thousands of cars and contracts are the same few, and are stored once.

use opnc_messages::ids::Fingerprint;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A certificate and the SHA-256 fingerprint of its DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaCertificate {
    /// SHA-256 of `der`; the caller computes it.
    pub fingerprint: Fingerprint,
    /// The certificate, DER.
    pub der: Vec<u8>,
}

statements! {
    GET = "SELECT fingerprint, der FROM certificates WHERE fingerprint = $1";
    PUT = "INSERT INTO certificates (fingerprint, der) VALUES ($1, $2) ON CONFLICT (fingerprint) DO NOTHING";
    UNINDEXED = "SELECT fingerprint, der FROM certificates WHERE indexed = 0 ORDER BY fingerprint LIMIT $1";
    ADD_KEY = "INSERT INTO certificate_keys (lookup, fingerprint) VALUES ($1, $2)
               ON CONFLICT (lookup, fingerprint) DO NOTHING";
    INDEXED = "UPDATE certificates SET indexed = 1 WHERE fingerprint = $1";
    AFTER = "SELECT fingerprint, der FROM certificates WHERE fingerprint > $1 ORDER BY fingerprint LIMIT $2";
    BY_KEY = "SELECT c.fingerprint, c.der FROM certificate_keys k JOIN certificates c ON c.fingerprint = k.fingerprint
              WHERE k.lookup = $1 ORDER BY k.fingerprint LIMIT $2";
}

/// The certificate with this fingerprint.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn get(reader: &mut Reader, fingerprint: &Fingerprint) -> Result<Option<CaCertificate>, StoreError> {
    let row = reader.fetch_optional(&GET, [fingerprint.into()]).await?;
    row.map(|row| read(&row)).transpose()
}

/// The certificate with this fingerprint, DER; the database is asked once.
pub(crate) async fn known(reader: &mut Reader, fingerprint: &Fingerprint) -> Result<Option<Vec<u8>>, StoreError> {
    if let Some(der) = reader.known().certificates.get(fingerprint) {
        return Ok(Some(der));
    }
    let Some(CaCertificate { fingerprint, der }) = get(reader, fingerprint).await? else { return Ok(None) };
    reader.known().certificates.keep(fingerprint, der.clone());
    Ok(Some(der))
}

/// The certificates with these fingerprints, in this order; those that are not stored are left out.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn get_all(reader: &mut Reader, fingerprints: &[Fingerprint]) -> Result<Vec<CaCertificate>, StoreError> {
    let mut found = Vec::with_capacity(fingerprints.len());
    for fingerprint in fingerprints {
        found.extend(get(reader, fingerprint).await?);
    }
    Ok(found)
}

/// Stores the certificate, unless it is there.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, certificate: &CaCertificate) -> Result<(), StoreError> {
    tx.execute(&PUT, [(&certificate.fingerprint).into(), (&certificate.der).into()]).await?;
    Ok(())
}

/// Up to `limit` certificates that cannot be looked up yet but by their fingerprint.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unindexed(reader: &mut Reader, limit: u32) -> Result<Vec<CaCertificate>, StoreError> {
    reader.fetch_all(&UNINDEXED, [limit.into()]).await?.iter().map(read).collect()
}

/// Makes a certificate one that is found under these keys.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn index(tx: &mut Tx<'_>, fingerprint: &Fingerprint, keys: &[String]) -> Result<(), StoreError> {
    for key in keys {
        tx.execute(&ADD_KEY, [key.into(), fingerprint.into()]).await?;
    }
    tx.execute(&INDEXED, [fingerprint.into()]).await?;
    Ok(())
}

/// Up to `limit` certificates that are found under a key.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_key(reader: &mut Reader, key: &str, limit: u32) -> Result<Vec<CaCertificate>, StoreError> {
    reader.fetch_all(&BY_KEY, [key.into(), limit.into()]).await?.iter().map(read).collect()
}

/// Up to `limit` certificates behind this fingerprint, in their order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn after(
    reader: &mut Reader,
    fingerprint: &Fingerprint,
    limit: u32,
) -> Result<Vec<CaCertificate>, StoreError> {
    reader.fetch_all(&AFTER, [fingerprint.into(), limit.into()]).await?.iter().map(read).collect()
}

pub(crate) fn read(row: &Row) -> Result<CaCertificate, StoreError> {
    Ok(CaCertificate { fingerprint: row.fingerprint("fingerprint")?, der: row.blob("der")? })
}
