//! Cars that were published while nobody told whether their certificates are revoked. A car that leaves the pool leaves
//! here, too.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::Pcid;

use crate::row::Row;
use crate::statement::statements;
use crate::{Reader, StoreError, Tx};

/// A published car.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncheckedCar {
    /// As it was sent when it was published.
    pub pcid: Pcid,
    /// The ISO version of its certificate.
    pub iso: IsoVersion,
}

statements! {
    OLDEST = "SELECT provisioning.pcid, unchecked_cars.iso FROM unchecked_cars
              JOIN provisioning ON provisioning.pcid_key = unchecked_cars.pcid_key AND provisioning.iso = unchecked_cars.iso
              WHERE unchecked_cars.asked_at <= $1 ORDER BY unchecked_cars.asked_at LIMIT $2";
    COUNT = "SELECT COUNT(*) AS number FROM unchecked_cars";
    PUT = "INSERT INTO unchecked_cars (pcid_key, iso, asked_at) VALUES ($1, $2, $3)
           ON CONFLICT (pcid_key, iso) DO UPDATE SET asked_at = excluded.asked_at";
    REMOVE = "DELETE FROM unchecked_cars WHERE pcid_key = $1 AND iso = $2";
}

/// Up to `limit` of them of which somebody was asked at this time or before, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn asked_before(reader: &mut Reader, at: Timestamp, limit: u32) -> Result<Vec<UncheckedCar>, StoreError> {
    let read = |row: &Row| Ok(UncheckedCar { pcid: row.parsed("pcid", Pcid::parse)?, iso: row.iso("iso")? });
    reader.fetch_all(&OLDEST, [at.into(), limit.into()]).await?.iter().map(read).collect()
}

/// How many there are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn count(reader: &mut Reader) -> Result<u64, StoreError> {
    let row = reader.fetch_optional(&COUNT, []).await?;
    row.map_or(Ok(0), |row| row.count("number"))
}

/// Marks a published car, which somebody was asked about at this time.
///
/// # Errors
/// [`StoreError`] when the database fails, or there is no such car.
pub async fn put(tx: &mut Tx<'_>, car: &UncheckedCar, asked_at: Timestamp) -> Result<(), StoreError> {
    tx.execute(&PUT, [car.pcid.key().into(), car.iso.as_str().into(), asked_at.into()]).await?;
    Ok(())
}

/// Takes the mark away, where there is one.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove(tx: &mut Tx<'_>, car: &UncheckedCar) -> Result<(), StoreError> {
    tx.execute(&REMOVE, [car.pcid.key().into(), car.iso.as_str().into()]).await?;
    Ok(())
}
