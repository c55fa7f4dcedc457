//! Every certificate that our own CAs signed, recorded before it is handed out.

use std::collections::HashSet;

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Fingerprint;
use opnc_messages::pki::RevocationReason;
use uuid::Uuid;

use crate::row::Row;
use crate::statement::{ids, statements};
use crate::value::Value;
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
    /// The ISO version it was issued for.
    pub iso: IsoVersion,
    /// The common name of its subject.
    pub subject: String,
    /// The identifier in `subject` in normal form, which is the same for all spellings.
    pub subject_key: String,
    /// SHA-256 of its `SubjectPublicKeyInfo`; `None` when it was issued before this was kept.
    pub public_key_hash: Option<[u8; 32]>,
    /// The party it was issued to.
    pub party_id: Option<Uuid>,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The end of its validity.
    pub not_after: Timestamp,
    /// When it was signed.
    pub created_at: Timestamp,
    /// That it counts no longer; `None`: it is good.
    pub revocation: Option<Revocation>,
}

/// When and why a certificate was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// Which certificates [`list`] gives; a default one gives all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those of this CA.
    pub issuer: Option<Fingerprint>,
    /// Those of this party.
    pub party: Option<Uuid>,
    /// Those of this profile.
    pub profile: Option<String>,
    /// Those of this subject, in normal form.
    pub subject_key: Option<String>,
    /// Those that are revoked, or those that are not.
    pub revoked: Option<bool>,
}

/// A serial number that a CA's revocation list names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedSerial {
    /// As [`IssuedCertificate::serial`].
    pub serial: String,
    /// When and why.
    pub revocation: Revocation,
}

macro_rules! columns {
    () => {
        "issuer_fingerprint, serial, fingerprint, profile, iso, subject, subject_key, public_key_hash, party_id, der,
         not_after, created_at, revoked_at, reason"
    };
}

statements! {
    ADD = concat!(
        "INSERT INTO issued_certificates (", columns!(), ")
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    FIND = concat!("SELECT ", columns!(), " FROM issued_certificates WHERE issuer_fingerprint = $1 AND serial = $2");
    BY_FINGERPRINT = concat!("SELECT ", columns!(), " FROM issued_certificates WHERE fingerprint = $1");
    OF_SUBJECT = concat!(
        "SELECT ", columns!(), " FROM issued_certificates WHERE subject_key = $1 ORDER BY created_at, fingerprint"
    );
    CURRENT = "SELECT subject FROM issued_certificates
               WHERE subject_key = $1 AND profile = $2 AND party_id = $3 AND revoked_at IS NULL AND not_after >= $4
               LIMIT 1";
    KEY_USED = "SELECT subject FROM issued_certificates WHERE public_key_hash = $1 LIMIT 1";
    KEYS_USED = concat!("SELECT public_key_hash FROM issued_certificates WHERE public_key_hash IN (", ids!(), ")");
    LIST = concat!(
        "SELECT ", columns!(), " FROM issued_certificates
         WHERE (created_at, fingerprint) > ($1, $2)
           AND (CAST($3 AS TEXT) IS NULL OR issuer_fingerprint = $3)
           AND (CAST($4 AS TEXT) IS NULL OR party_id = $4)
           AND (CAST($5 AS TEXT) IS NULL OR profile = $5)
           AND (CAST($6 AS TEXT) IS NULL OR subject_key = $6)
           AND (CAST($7 AS BIGINT) IS NULL OR (CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END) = $7)
         ORDER BY created_at, fingerprint LIMIT $8"
    );
    REVOKED = "SELECT serial, revoked_at, reason FROM issued_certificates
               WHERE issuer_fingerprint = $1 AND revoked_at IS NOT NULL AND not_after >= $2 ORDER BY revoked_at, serial";
    REVOKE = "UPDATE issued_certificates SET revoked_at = $3, reason = $4
              WHERE issuer_fingerprint = $1 AND serial = $2 AND revoked_at IS NULL";
    COUNT_ENDING = "SELECT profile, COUNT(*) AS number FROM issued_certificates
                    WHERE not_after >= $1 AND not_after < $2 AND revoked_at IS NULL GROUP BY profile";
    COUNT = "INSERT INTO settings (key, value) VALUES ('revocations', '1')
             ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT)";
    REVOCATIONS = "SELECT value FROM settings WHERE key = 'revocations'";
    REMOVE = "DELETE FROM issued_certificates WHERE fingerprint = $1";
    REMOVE_ENDED = "DELETE FROM issued_certificates WHERE not_after < $1";
}

/// How many good certificates of each profile end from `from` on and before `until`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn count_ending(
    reader: &mut Reader,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = reader.fetch_all(&COUNT_ENDING, [from.into(), until.into()]).await?;
    rows.iter().map(|row| Ok((row.text("profile")?, row.count("number")?))).collect()
}

/// Forgets a certificate that has ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, fingerprint: &Fingerprint) -> Result<u64, StoreError> {
    tx.execute(&REMOVE, [fingerprint.into()]).await
}

/// Forgets the certificates that ended before this time; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_ended(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&REMOVE_ENDED, [before.into()]).await
}

/// Records a certificate.
///
/// # Errors
/// [`StoreError`] when the database fails, or this CA has used this serial number before.
pub async fn add(tx: &mut Tx<'_>, issued: &IssuedCertificate) -> Result<(), StoreError> {
    tx.execute(&ADD, values(issued)).await?;
    Ok(())
}

/// Records many certificates.
///
/// # Errors
/// As [`add`].
pub async fn add_all(tx: &mut Tx<'_>, issued: &[&IssuedCertificate]) -> Result<(), StoreError> {
    tx.insert_all(&ADD, issued.iter().map(|one| values(one))).await?;
    Ok(())
}

fn values(issued: &IssuedCertificate) -> [Value; 14] {
    [
        (&issued.issuer_fingerprint).into(),
        (&issued.serial).into(),
        (&issued.fingerprint).into(),
        (&issued.profile).into(),
        issued.iso.as_str().into(),
        (&issued.subject).into(),
        (&issued.subject_key).into(),
        issued.public_key_hash.as_ref().map(<[u8; 32]>::as_slice).into(),
        issued.party_id.into(),
        (&issued.der).into(),
        issued.not_after.into(),
        issued.created_at.into(),
        issued.revocation.map(|revocation| revocation.at).into(),
        issued.revocation.map(|revocation| revocation.reason.as_str()).into(),
    ]
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

/// Every certificate of a subject in normal form, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_subject(reader: &mut Reader, subject_key: &str) -> Result<Vec<IssuedCertificate>, StoreError> {
    reader.fetch_all(&OF_SUBJECT, [subject_key.into()]).await?.iter().map(read).collect()
}

/// Whether a party has a good certificate of this profile for a subject in normal form.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_current(
    reader: &mut Reader,
    subject_key: &str,
    profile: &str,
    party: Uuid,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [subject_key.into(), profile.into(), party.into(), now.into()];
    Ok(reader.fetch_optional(&CURRENT, values).await?.is_some())
}

/// Whether a certificate was issued for the public key with this hash.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn key_was_used(reader: &mut Reader, public_key_hash: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(reader.fetch_optional(&KEY_USED, [public_key_hash.into()]).await?.is_some())
}

/// Those of many hashes of public keys for which a certificate was issued.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn keys_used(reader: &mut Reader, hashes: &[[u8; 32]]) -> Result<HashSet<[u8; 32]>, StoreError> {
    let mut used = HashSet::new();
    for (statement, values) in reader.by_ids(&KEYS_USED, hashes, []) {
        for row in reader.fetch_all(statement, values).await? {
            used.extend(row.hash_or_null("public_key_hash")?);
        }
    }
    Ok(used)
}

/// Up to `limit` certificates that pass the filter, in the order in which they were issued, from the one behind `after`
/// (its `created_at` and fingerprint), or from the first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn list(
    reader: &mut Reader,
    filter: &Filter,
    after: Option<(Timestamp, Fingerprint)>,
    limit: u32,
) -> Result<Vec<IssuedCertificate>, StoreError> {
    let (at, fingerprint) = match after {
        Some((at, fingerprint)) => (at, fingerprint.to_string()),
        None => (Timestamp::MIN, String::new()),
    };
    let values = [
        at.into(),
        fingerprint.into(),
        filter.issuer.map(|issuer| issuer.to_string()).into(),
        filter.party.into(),
        (&filter.profile).into(),
        (&filter.subject_key).into(),
        filter.revoked.into(),
        limit.into(),
    ];
    reader.fetch_all(&LIST, values).await?.iter().map(read).collect()
}

/// What a CA's revocation list names at a time: everything that it revoked and that has not expired then, the first
/// revoked first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn revoked(
    reader: &mut Reader,
    issuer: &Fingerprint,
    at: Timestamp,
) -> Result<Vec<RevokedSerial>, StoreError> {
    let rows = reader.fetch_all(&REVOKED, [issuer.into(), at.into()]).await?;
    let read = |row: &Row| {
        let reason = row.word("reason", RevocationReason::parse)?;
        Ok(RevokedSerial {
            serial: row.text("serial")?,
            revocation: Revocation { at: row.time("revoked_at")?, reason },
        })
    };
    rows.iter().map(read).collect()
}

/// Revokes a certificate. `false`: there is none, or it was revoked before, and what was said then stays.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn revoke(
    tx: &mut Tx<'_>,
    issuer: &Fingerprint,
    serial: &str,
    revocation: Revocation,
) -> Result<bool, StoreError> {
    let values = [issuer.into(), serial.into(), revocation.at.into(), revocation.reason.as_str().into()];
    let revoked = tx.execute(&REVOKE, values).await? > 0;
    if revoked {
        tx.tell_of_change();
        tx.execute(&COUNT, []).await?;
    }
    Ok(revoked)
}

/// How many certificates were ever revoked here: what was answered at another number may be wrong.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn revocations(reader: &mut Reader) -> Result<u64, StoreError> {
    let Some(row) = reader.fetch_optional(&REVOCATIONS, []).await? else { return Ok(0) };
    row.word("value", |text| text.parse().ok())
}

fn read(row: &Row) -> Result<IssuedCertificate, StoreError> {
    Ok(IssuedCertificate {
        issuer_fingerprint: row.fingerprint("issuer_fingerprint")?,
        serial: row.text("serial")?,
        fingerprint: row.fingerprint("fingerprint")?,
        profile: row.text("profile")?,
        iso: row.iso("iso")?,
        subject: row.text("subject")?,
        subject_key: row.text("subject_key")?,
        public_key_hash: row.hash_or_null("public_key_hash")?,
        party_id: row.uuid_or_null("party_id")?,
        der: row.blob("der")?,
        not_after: row.time("not_after")?,
        created_at: row.time("created_at")?,
        revocation: revocation(row)?,
    })
}

fn revocation(row: &Row) -> Result<Option<Revocation>, StoreError> {
    let Some(at) = row.time_or_null("revoked_at")? else { return Ok(None) };
    Ok(Some(Revocation { at, reason: row.word("reason", RevocationReason::parse)? }))
}
