//! The revocation list of each of our CAs, as it was last made.

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;

use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A signed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    /// The CA certificate whose list it is.
    pub issuer_fingerprint: Fingerprint,
    /// Its number; each list of a CA has a higher one than those before.
    pub number: u64,
    /// What [`revocations`](crate::issued_certificates::revocations) said when it was made.
    pub revocations: u64,
    /// The list, DER.
    pub der: Vec<u8>,
    /// When it was made.
    pub this_update: Timestamp,
    /// When it ends.
    pub next_update: Timestamp,
}

statements! {
    GET = "SELECT issuer_fingerprint, number, revocations, der, this_update, next_update FROM crls
           WHERE issuer_fingerprint = $1";
    PUT = "INSERT INTO crls (issuer_fingerprint, number, revocations, der, this_update, next_update)
           VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (issuer_fingerprint) DO UPDATE SET number = excluded.number, revocations = excluded.revocations,
             der = excluded.der, this_update = excluded.this_update, next_update = excluded.next_update";
}

/// The last list of a CA.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn get(reader: &mut Reader, issuer: &Fingerprint) -> Result<Option<Crl>, StoreError> {
    let Some(row) = reader.fetch_optional(&GET, [issuer.into()]).await? else { return Ok(None) };
    Ok(Some(Crl {
        issuer_fingerprint: row.fingerprint("issuer_fingerprint")?,
        number: row.count("number")?,
        revocations: row.count("revocations")?,
        der: row.blob("der")?,
        this_update: row.time("this_update")?,
        next_update: row.time("next_update")?,
    }))
}

/// Keeps a list in the place of the one before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, crl: &Crl) -> Result<(), StoreError> {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX).into();
    tx.execute(
        &PUT,
        [
            (&crl.issuer_fingerprint).into(),
            number(crl.number),
            number(crl.revocations),
            (&crl.der).into(),
            crl.this_update.into(),
            crl.next_update.into(),
        ],
    )
    .await?;
    Ok(())
}
