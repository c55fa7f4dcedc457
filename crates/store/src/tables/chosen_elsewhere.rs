//! Which contract of another ecosystem's pool a published car gets, per ISO version (F3): the OEM's choice. A car that
//! leaves the pool leaves here, too.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::{Emaid, Pcid};

use crate::statement::statements;
use crate::{Reader, StoreError, Tx, twin};

/// An OEM's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenElsewhere {
    /// The ISO version that it is for.
    pub iso: IsoVersion,
    /// The contract, which lies in the pool of another ecosystem.
    pub emaid: Emaid,
}

statements! {
    OF_STEM = "SELECT provisioning.pcid, provisioning.iso, chosen_elsewhere.emaid FROM provisioning
               LEFT JOIN chosen_elsewhere ON chosen_elsewhere.pcid_key = provisioning.pcid_key
                 AND chosen_elsewhere.iso = provisioning.iso
               WHERE provisioning.pcid_stem = $1";
    PUT = "INSERT INTO chosen_elsewhere (pcid_key, iso, emaid, chosen_at)
           SELECT pcid_key, iso, $3, $4 FROM provisioning WHERE pcid_key = $1 AND iso = $2
           ON CONFLICT (pcid_key, iso) DO UPDATE SET emaid = excluded.emaid, chosen_at = excluded.chosen_at";
    REMOVE = "DELETE FROM chosen_elsewhere WHERE pcid_key = $1 AND iso = $2";
    REMOVE_OF_CAR = "DELETE FROM chosen_elsewhere WHERE pcid_key = $1";
}

/// What was chosen for the car that is meant by this PCID (I3).
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_pcid(reader: &mut Reader, pcid: &Pcid) -> Result<Vec<ChosenElsewhere>, StoreError> {
    let rows = reader.fetch_all(&OF_STEM, [pcid.stem().into()]).await?;
    let mut cars = Vec::with_capacity(rows.len());
    for row in &rows {
        let chosen = row.parsed_or_null("emaid", Emaid::parse)?;
        cars.push((row.parsed("pcid", Pcid::parse)?, row.iso("iso")?, chosen));
    }
    let meant = twin::meant(pcid, cars, |(car, ..)| car);
    Ok(meant.into_iter().filter_map(|(_, iso, emaid)| Some(ChosenElsewhere { iso, emaid: emaid? })).collect())
}

/// Keeps the choice for exactly this car; `false` when it is not published in that version.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn put(tx: &mut Tx<'_>, car: &Pcid, chosen: &ChosenElsewhere, at: Timestamp) -> Result<bool, StoreError> {
    let values = [car.key().into(), chosen.iso.as_str().into(), chosen.emaid.as_sent().into(), at.into()];
    Ok(tx.execute(&PUT, values).await? > 0)
}

/// Forgets the choices for exactly this car; whether there were any.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn remove_of_car(tx: &mut Tx<'_>, car: &Pcid) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE_OF_CAR, [car.key().into()]).await? > 0)
}

/// Forgets the choice for exactly this car, because a contract of this pool was chosen.
pub(crate) async fn remove(tx: &mut Tx<'_>, car: &Pcid, iso: IsoVersion) -> Result<(), StoreError> {
    tx.execute(&REMOVE, [car.key().into(), iso.as_str().into()]).await?;
    Ok(())
}
