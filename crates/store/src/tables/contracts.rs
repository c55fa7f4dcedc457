//! The contract certificate pool: signed contract data, one message per EMAID, ISO version and CPS root.
//!
//! Writing and deleting keep three promises that no caller has to think of: an EMAID belongs to one PCID, a car's default
//! contract exists as long as there is a valid one to follow (A8), and a certificate that leaves before its end leaves a
//! trace, so that cancelled is not unknown.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use uuid::Uuid;

use crate::row::Row;
use crate::statement::statements;
use crate::tables::{cancelled_contracts, cps_roots, default_contracts, emaids, messages};
use crate::value::Value;
use crate::{Reader, StoreError, Tx, leaf, twin};

/// Signed contract data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its id here.
    pub id: Uuid,
    /// The EMAID as it was sent and signed.
    pub emaid: Emaid,
    /// The car it is for.
    pub pcid: Pcid,
    /// The version of the message.
    pub iso: IsoVersion,
    /// The V2G root of the CPS that signed it.
    pub cps_root: Fingerprint,
    /// SHA-256 of `leaf`.
    pub leaf_fingerprint: Fingerprint,
    /// The contract certificate, DER.
    pub leaf: Vec<u8>,
    /// The contract certificate's validity begins.
    pub not_before: Timestamp,
    /// The contract certificate's validity ends.
    pub not_after: Timestamp,
    /// The end of the CPS chain's validity.
    pub cps_not_after: Timestamp,
    /// The whole message, EXI.
    pub message: Vec<u8>,
    /// `metaData`, as it was sent.
    pub metadata: Option<String>,
    /// `subscriptionUrl`, as it was sent; nothing is ever fetched from it.
    pub subscription_url: Option<String>,
    /// SHA-256 of the car's public key for which the contract key was wrapped.
    pub provisioning_key_hash: [u8; 32],
    /// For a car published in another ecosystem: the sub CAs of its provisioning certificate, in
    /// [`certificates`](crate::certificates).
    pub provisioning_chain: Option<Vec<Fingerprint>>,
    /// Whether one of our own eMSP CAs issued the leaf.
    pub own_ca: bool,
    /// The party that stored it last.
    pub party_id: Uuid,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was last stored.
    pub updated_at: Timestamp,
    /// When it was first fetched by the OEM or installed through a station. Told by reading; storing it anew forgets it.
    pub delivered_at: Option<Timestamp>,
    /// Whether its car gets this EMAID by default in this ISO version. Told by reading; writing does not look at it.
    pub is_default: bool,
}

impl Contract {
    /// Whether the contract certificate and the CPS chain are within their validity, the last second included.
    #[must_use]
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.not_before <= at && at <= self.not_after && at <= self.cps_not_after
    }
}

/// What [`put`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutContract {
    /// It is new.
    Created,
    /// It took the place of an earlier message with the same EMAID, ISO version and CPS root.
    Replaced,
    /// Nothing was written: the EMAID belongs to another car, this one.
    BoundToOther(Pcid),
}

macro_rules! columns {
    () => {
        "id, CASE WHEN emaid = '' THEN emaid_key ELSE emaid END AS emaid,
         CASE WHEN pcid = '' THEN pcid_key ELSE pcid END AS pcid, iso, cps_root, leaf_fingerprint, leaf, not_before,
         not_after, cps_not_after, message, message_parts, metadata, subscription_url, provisioning_key_hash,
         provisioning_chain, own_ca, party_id, created_at, updated_at, delivered_at, CAST(CASE WHEN EXISTS (SELECT 1 FROM default_contracts d WHERE d.pcid_key = contracts.pcid_key
           AND d.iso = contracts.iso AND d.emaid_key = contracts.emaid_key) THEN 1 ELSE 0 END AS BIGINT) AS is_default"
    };
}

statements! {
    PUT = "INSERT INTO contracts (id, emaid_key, emaid, provider, pcid_key, pcid, pcid_stem, iso, cps_root,
             leaf_fingerprint, leaf, not_before, not_after, cps_not_after, message, metadata, subscription_url,
             provisioning_key_hash, provisioning_chain, own_ca, party_id, created_at, updated_at,
             message_parts, leaf_serial)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25)
           ON CONFLICT (emaid_key, iso, cps_root) DO UPDATE SET emaid = excluded.emaid, pcid = excluded.pcid,
             leaf_fingerprint = excluded.leaf_fingerprint, leaf = excluded.leaf, leaf_serial = excluded.leaf_serial,
             not_before = excluded.not_before,
             not_after = excluded.not_after, cps_not_after = excluded.cps_not_after, message = excluded.message,
             message_parts = excluded.message_parts,
             metadata = excluded.metadata, subscription_url = excluded.subscription_url,
             provisioning_key_hash = excluded.provisioning_key_hash,
             provisioning_chain = excluded.provisioning_chain, own_ca = excluded.own_ca, party_id = excluded.party_id,
             updated_at = excluded.updated_at, delivered_at = NULL
           RETURNING id";
    OF_EMAID = concat!("SELECT ", columns!(), " FROM contracts WHERE emaid_key = $1 ORDER BY created_at, id");
    BY_STEM = concat!("SELECT ", columns!(), " FROM contracts WHERE pcid_stem = $1 ORDER BY created_at, id");
    CARS_BY_STEM = "SELECT pcid FROM provisioning WHERE pcid_stem = $1
                    UNION SELECT CASE WHEN pcid = '' THEN pcid_key ELSE pcid END AS pcid FROM contracts WHERE pcid_stem = $1";
    ENDED = concat!("SELECT ", columns!(), " FROM contracts WHERE not_after < $1 ORDER BY not_after, id LIMIT $2");
    DELETE = "DELETE FROM contracts WHERE id = $1";
    IN_PLACE = "SELECT id, leaf, leaf_fingerprint, party_id, message, message_parts, not_after FROM contracts
                WHERE emaid_key = $1 AND iso = $2 AND cps_root = $3";
    BY_SERIAL = concat!(
        "SELECT ", columns!(), " FROM contracts WHERE leaf_serial = $1 ORDER BY created_at, id LIMIT $2"
    );
    WITHOUT_SERIAL = "SELECT id, leaf FROM contracts WHERE leaf_serial IS NULL ORDER BY id LIMIT $1";
    SET_SERIAL = "UPDATE contracts SET leaf_serial = $2 WHERE id = $1";
    SET_DELIVERED = "UPDATE contracts SET delivered_at = $4
                     WHERE id = $1 AND updated_at = $2 AND COALESCE(leaf_serial, $3) = $3 AND delivered_at IS NULL";
}

/// Stores contract data, in the place of earlier ones with the same EMAID, ISO version and CPS root (whose `id` and
/// `created_at` stay). The first contract of a car becomes its default.
///
/// A PCID is taken as it is (upper or lower case are the same): who wants its other form to be the same car asks the
/// provisioning pool first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, contract: &Contract) -> Result<PutContract, StoreError> {
    let bound = emaids::bind(tx, &contract.emaid, &contract.pcid).await?;
    if bound != contract.pcid {
        return Ok(PutContract::BoundToOther(bound));
    }
    let chain = contract.provisioning_chain.as_ref().map(|chain| Value::json("provisioning_chain", chain));
    let stored = messages::store(tx, contract).await?;
    let cps_root = cps_roots::put(tx, &contract.cps_root).await?;
    note_replaced(tx, contract, &cps_root).await?;
    let row = tx
        .fetch_one(
            &PUT,
            [
                contract.id.into(),
                contract.emaid.contract_key().into(),
                unless_key(contract.emaid.as_sent(), contract.emaid.contract_key()).into(),
                contract.emaid.provider_id().to_string().into(),
                contract.pcid.key().into(),
                unless_key(contract.pcid.as_sent(), contract.pcid.key()).into(),
                contract.pcid.stem().into(),
                contract.iso.as_str().into(),
                cps_root.into(),
                stored.leaf_fingerprint.into(),
                stored.leaf.into(),
                contract.not_before.into(),
                contract.not_after.into(),
                contract.cps_not_after.into(),
                stored.message.into(),
                (&contract.metadata).into(),
                (&contract.subscription_url).into(),
                (&contract.provisioning_key_hash).into(),
                chain.transpose()?.unwrap_or(Value::Text(None)),
                contract.own_ca.into(),
                stored.party_id.into(),
                contract.created_at.into(),
                contract.updated_at.into(),
                stored.parts.into(),
                serial(&contract.leaf).into(),
            ],
        )
        .await?;
    default_contracts::ensure(tx, contract).await?;
    Ok(if row.uuid("id")? == contract.id { PutContract::Created } else { PutContract::Replaced })
}

/// An identifier as it was sent; empty where that is its normal form, which is there anyway.
fn unless_key<'a>(as_sent: &'a str, key: &str) -> &'a str {
    if as_sent == key { "" } else { as_sent }
}

/// What takes the place of a contract certificate with another one leaves a trace of the first.
async fn note_replaced(tx: &mut Tx<'_>, contract: &Contract, cps_root: &str) -> Result<(), StoreError> {
    let key = [contract.emaid.contract_key().into(), contract.iso.as_str().into(), cps_root.into()];
    cancelled_contracts::remove(tx, &contract.leaf_fingerprint).await?;
    let Some(row) = tx.fetch_optional(&IN_PLACE, key).await? else { return Ok(()) };
    let stored = messages::read(tx, &row).await?;
    let before = cancelled_contracts::Certificate {
        fingerprint: stored.leaf_fingerprint,
        der: stored.leaf,
        provider: contract.emaid.provider_id(),
        contract_id: row.uuid("id")?,
        not_after: row.time("not_after")?,
    };
    if before.fingerprint == contract.leaf_fingerprint {
        return Ok(());
    }
    cancelled_contracts::add(tx, &before, false, contract.updated_at).await
}

/// The serial number by which a contract certificate is looked up; empty for what is no certificate.
fn serial(leaf: &[u8]) -> String {
    leaf::named(leaf).map(|named| named.serial).unwrap_or_default()
}

/// Up to `limit` contract data whose contract certificate has this serial number, in lower-case hexadecimal.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_serial(reader: &mut Reader, serial: &str, limit: u32) -> Result<Vec<Contract>, StoreError> {
    let rows = reader.fetch_all(&BY_SERIAL, [serial.into(), limit.into()]).await?;
    read_all(reader, &rows).await
}

/// Makes up to `limit` contract data that were stored by an earlier version findable by serial number; how many.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn fill_serials(tx: &mut Tx<'_>, limit: u32) -> Result<u64, StoreError> {
    let rows = tx.fetch_all(&WITHOUT_SERIAL, [limit.into()]).await?;
    for row in &rows {
        tx.execute(&SET_SERIAL, [row.uuid("id")?.into(), serial(&row.blob("leaf")?).into()]).await?;
    }
    Ok(rows.len() as u64)
}

/// The contract data of an EMAID, of all ISO versions and CPS roots (B16), the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_emaid(reader: &mut Reader, emaid: &Emaid) -> Result<Vec<Contract>, StoreError> {
    let rows = reader.fetch_all(&OF_EMAID, [emaid.contract_key().into()]).await?;
    read_all(reader, &rows).await
}

/// The contract data of exactly this car, of all EMAIDs, ISO versions and CPS roots, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_car(reader: &mut Reader, car: &Pcid) -> Result<Vec<Contract>, StoreError> {
    let rows = reader.fetch_all(&BY_STEM, [car.stem().into()]).await?;
    let mut contracts = read_all(reader, &rows).await?;
    contracts.retain(|contract| contract.pcid == *car);
    Ok(contracts)
}

/// The contract data of the car that is meant by this PCID (I3), as [`of_car`] has them. A car that is published is meant
/// by its own PCID, whether it has contract data or not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_pcid(reader: &mut Reader, pcid: &Pcid) -> Result<Vec<Contract>, StoreError> {
    match meant(reader, pcid).await? {
        Some(car) => of_car(reader, &car).await,
        None => Ok(Vec::new()),
    }
}

/// The contract data of an EMAID, when they are for the car that is meant by this PCID (I3).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_pair(reader: &mut Reader, emaid: &Emaid, pcid: &Pcid) -> Result<Vec<Contract>, StoreError> {
    let mut contracts = of_emaid(reader, emaid).await?;
    let car = meant(reader, pcid).await?;
    contracts.retain(|contract| car.as_ref() == Some(&contract.pcid));
    Ok(contracts)
}

async fn meant(reader: &mut Reader, pcid: &Pcid) -> Result<Option<Pcid>, StoreError> {
    let rows = reader.fetch_all(&CARS_BY_STEM, [pcid.stem().into()]).await?;
    let cars = rows.iter().map(|row| row.parsed("pcid", Pcid::parse)).collect::<Result<Vec<_>, _>>()?;
    Ok(twin::meant(pcid, cars, |car| car).into_iter().next())
}

/// Removes the contract data of an EMAID, and returns them. Where it was the default, the oldest contract that is valid
/// at `at` follows.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn delete_of_emaid(tx: &mut Tx<'_>, emaid: &Emaid, at: Timestamp) -> Result<Vec<Contract>, StoreError> {
    let contracts = of_emaid(tx, emaid).await?;
    delete(tx, contracts, at).await
}

/// Up to `limit` contract data whose contract certificate ended before this time, the oldest end first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ended(reader: &mut Reader, before: Timestamp, limit: u32) -> Result<Vec<Contract>, StoreError> {
    let rows = reader.fetch_all(&ENDED, [before.into(), limit.into()]).await?;
    read_all(reader, &rows).await
}

/// Removes the contract data of exactly this car, and returns them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn delete_of_car(tx: &mut Tx<'_>, car: &Pcid, at: Timestamp) -> Result<Vec<Contract>, StoreError> {
    let contracts = of_car(tx, car).await?;
    delete(tx, contracts, at).await
}

/// Notes that this contract data was delivered; `false` when it was before, or is not there any more.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_delivered(tx: &mut Tx<'_>, contract: &Contract, at: Timestamp) -> Result<bool, StoreError> {
    let key = [contract.id.into(), contract.updated_at.into(), serial(&contract.leaf).into(), at.into()];
    Ok(tx.execute(&SET_DELIVERED, key).await? > 0)
}

/// Removes these contract data, read in the same transaction, and returns them. Of their certificates remains what
/// [`cancelled_contracts`] keeps.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn delete(tx: &mut Tx<'_>, contracts: Vec<Contract>, at: Timestamp) -> Result<Vec<Contract>, StoreError> {
    for contract in &contracts {
        tx.execute(&DELETE, [contract.id.into()]).await?;
        let certificate = cancelled_contracts::Certificate {
            fingerprint: contract.leaf_fingerprint,
            der: contract.leaf.clone(),
            provider: contract.emaid.provider_id(),
            contract_id: contract.id,
            not_after: contract.not_after,
        };
        cancelled_contracts::add(tx, &certificate, true, at).await?;
    }
    for contract in &contracts {
        default_contracts::follow(tx, contract, at).await?;
    }
    for contract in &contracts {
        emaids::release(tx, &contract.emaid).await?;
    }
    Ok(contracts)
}

async fn read_all(reader: &mut Reader, rows: &[Row]) -> Result<Vec<Contract>, StoreError> {
    let mut contracts = Vec::with_capacity(rows.len());
    for row in rows {
        contracts.push(read(reader, row).await?);
    }
    Ok(contracts)
}

async fn read(reader: &mut Reader, row: &Row) -> Result<Contract, StoreError> {
    let stored = messages::read(reader, row).await?;
    let message = messages::message(reader, row, &stored).await?;
    Ok(Contract {
        id: row.uuid("id")?,
        emaid: row.parsed("emaid", Emaid::parse)?,
        pcid: row.parsed("pcid", Pcid::parse)?,
        iso: row.iso("iso")?,
        cps_root: cps_roots::of(reader, row).await?,
        leaf_fingerprint: stored.leaf_fingerprint,
        leaf: stored.leaf,
        not_before: row.time("not_before")?,
        not_after: row.time("not_after")?,
        cps_not_after: row.time("cps_not_after")?,
        message,
        metadata: row.text_or_null("metadata")?,
        subscription_url: row.text_or_null("subscription_url")?,
        provisioning_key_hash: row.hash("provisioning_key_hash")?,
        provisioning_chain: row.json_or_null("provisioning_chain")?,
        own_ca: row.flag("own_ca")?,
        party_id: stored.party_id,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        delivered_at: row.time_or_null("delivered_at")?,
        is_default: row.flag("is_default")?,
    })
}
