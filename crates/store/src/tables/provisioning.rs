//! The provisioning certificate pool: which key a car has, and who vouches for it.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::{Fingerprint, Pcid, SubjectKeyId};
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::tables::certificates::{self, CaCertificate};
use crate::value::Value;
use crate::{Reader, StoreError, Tx, twin};

/// A car's provisioning certificate for one ISO version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioning {
    /// The PCID as it stands in the certificate's CN.
    pub pcid: Pcid,
    /// The version its messages have.
    pub iso: IsoVersion,
    /// SHA-256 of the leaf's public key: tells a new key pair from a renewed certificate.
    pub public_key_hash: [u8; 32],
    /// The leaf, DER.
    pub leaf: Vec<u8>,
    /// The sub CA that the other sub CA, or the leaf, is signed by.
    pub sub_ca1: CaCertificate,
    /// The sub CA of the leaf, where there are two.
    pub sub_ca2: Option<CaCertificate>,
    /// The root the chain led to when it was checked.
    pub root_fingerprint: Fingerprint,
    /// Key identifiers of the V2G roots that the car holds.
    pub v2g_root_akis: Vec<SubjectKeyId>,
    /// An earlier PCID of this car, as told; it moves nothing (B11).
    pub previous_pcid: Option<Pcid>,
    /// `metaData`, as it was sent.
    pub metadata: Option<String>,
    /// The party that published it.
    pub party_id: Uuid,
    /// The leaf's validity begins.
    pub not_before: Timestamp,
    /// The leaf's validity ends.
    pub not_after: Timestamp,
    /// When it was first published.
    pub created_at: Timestamp,
    /// When it was last published.
    pub updated_at: Timestamp,
}

macro_rules! columns {
    () => {
        "pcid, iso, public_key_hash, leaf, sub_ca1, sub_ca2, root_fingerprint, v2g_root_akis, previous_pcid, metadata,
         party_id, not_before, not_after, created_at, updated_at,
         (SELECT der FROM certificates WHERE certificates.fingerprint = provisioning.sub_ca1) AS sub_ca1_der,
         (SELECT der FROM certificates WHERE certificates.fingerprint = provisioning.sub_ca2) AS sub_ca2_der"
    };
}

statements! {
    PUT = "INSERT INTO provisioning (pcid_key, iso, pcid, pcid_stem, wmi, public_key_hash, leaf, sub_ca1, sub_ca2,
             root_fingerprint, v2g_root_akis, previous_pcid, metadata, party_id, not_before, not_after, created_at,
             updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
           ON CONFLICT (pcid_key, iso) DO UPDATE SET pcid = excluded.pcid, public_key_hash = excluded.public_key_hash,
             leaf = excluded.leaf, sub_ca1 = excluded.sub_ca1, sub_ca2 = excluded.sub_ca2,
             root_fingerprint = excluded.root_fingerprint, v2g_root_akis = excluded.v2g_root_akis,
             previous_pcid = excluded.previous_pcid, metadata = excluded.metadata, party_id = excluded.party_id,
             not_before = excluded.not_before, not_after = excluded.not_after, updated_at = excluded.updated_at";
    BY_STEM = concat!("SELECT ", columns!(), " FROM provisioning WHERE pcid_stem = $1 ORDER BY pcid_key, iso");
    ENDED = concat!("SELECT ", columns!(), " FROM provisioning WHERE not_after < $1 ORDER BY not_after, pcid_key LIMIT $2");
    DELETE = "DELETE FROM provisioning WHERE pcid_key = $1 AND iso = $2";
}

impl Provisioning {
    /// The sub CAs, the one next to the root first.
    pub fn sub_cas(&self) -> impl Iterator<Item = &CaCertificate> {
        std::iter::once(&self.sub_ca1).chain(self.sub_ca2.as_ref())
    }
}

/// Publishes the certificate, in the place of an earlier one of the same PCID and ISO version (whose `created_at` stays).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, record: &Provisioning) -> Result<(), StoreError> {
    for sub_ca in record.sub_cas() {
        certificates::put(tx, sub_ca).await?;
    }
    tx.execute(
        &PUT,
        [
            record.pcid.key().into(),
            record.iso.as_str().into(),
            record.pcid.as_sent().into(),
            record.pcid.stem().into(),
            record.pcid.wmi().as_str().into(),
            (&record.public_key_hash).into(),
            (&record.leaf).into(),
            (&record.sub_ca1.fingerprint).into(),
            record.sub_ca2.as_ref().map(|sub_ca| sub_ca.fingerprint.to_string()).into(),
            (&record.root_fingerprint).into(),
            Value::json("v2g_root_akis", &record.v2g_root_akis)?,
            record.previous_pcid.as_ref().map(Pcid::as_sent).into(),
            (&record.metadata).into(),
            record.party_id.into(),
            record.not_before.into(),
            record.not_after.into(),
            record.created_at.into(),
            record.updated_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The certificates of the car that is meant by this PCID (I3), one per ISO version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_pcid(reader: &mut Reader, pcid: &Pcid) -> Result<Vec<Provisioning>, StoreError> {
    let rows = reader.fetch_all(&BY_STEM, [pcid.stem().into()]).await?;
    let records = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok(twin::meant(pcid, records, |record: &Provisioning| &record.pcid))
}

/// The certificate for this ISO version of the car that is meant by this PCID.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn find(reader: &mut Reader, pcid: &Pcid, iso: IsoVersion) -> Result<Option<Provisioning>, StoreError> {
    Ok(of_pcid(reader, pcid).await?.into_iter().find(|record| record.iso == iso))
}

/// Up to `limit` certificates that ended before this time, the oldest end first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ended(reader: &mut Reader, before: Timestamp, limit: u32) -> Result<Vec<Provisioning>, StoreError> {
    reader.fetch_all(&ENDED, [before.into(), limit.into()]).await?.iter().map(read).collect()
}

/// Removes the certificates of the car that is meant by this PCID, or the one for this ISO version, and returns them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn delete(
    tx: &mut Tx<'_>,
    pcid: &Pcid,
    version: Option<IsoVersion>,
) -> Result<Vec<Provisioning>, StoreError> {
    let mut records = of_pcid(tx, pcid).await?;
    records.retain(|record| version.is_none_or(|version| record.iso == version));
    for record in &records {
        tx.execute(&DELETE, [record.pcid.key().into(), record.iso.as_str().into()]).await?;
    }
    Ok(records)
}

fn read(row: &Row) -> Result<Provisioning, StoreError> {
    let sub_ca2 = match (row.text_or_null("sub_ca2")?, row.blob_or_null("sub_ca2_der")?) {
        (Some(_), Some(der)) => Some(CaCertificate { fingerprint: row.fingerprint("sub_ca2")?, der }),
        _ => None,
    };
    Ok(Provisioning {
        pcid: row.parsed("pcid", Pcid::parse)?,
        iso: row.iso("iso")?,
        public_key_hash: row.hash("public_key_hash")?,
        leaf: row.blob("leaf")?,
        sub_ca1: CaCertificate { fingerprint: row.fingerprint("sub_ca1")?, der: row.blob("sub_ca1_der")? },
        sub_ca2,
        root_fingerprint: row.fingerprint("root_fingerprint")?,
        v2g_root_akis: row.json("v2g_root_akis")?,
        previous_pcid: row.parsed_or_null("previous_pcid", Pcid::parse)?,
        metadata: row.text_or_null("metadata")?,
        party_id: row.uuid("party_id")?,
        not_before: row.time("not_before")?,
        not_after: row.time("not_after")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
