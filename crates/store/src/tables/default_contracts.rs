//! Which contract a car gets, per ISO version (A8): the first one, until the OEM chooses another or it goes.

use jiff::Timestamp;
use opnc_messages::IsoVersion;
use opnc_messages::ids::{Emaid, Pcid};

use crate::statement::statements;
use crate::tables::chosen_elsewhere;
use crate::tables::contracts::{self, Contract};
use crate::{StoreError, Tx};

statements! {
    ENSURE = "INSERT INTO default_contracts (pcid_key, iso, emaid_key) VALUES ($1, $2, $3)
              ON CONFLICT (pcid_key, iso) DO NOTHING";
    SET = "INSERT INTO default_contracts (pcid_key, iso, emaid_key)
           SELECT DISTINCT pcid_key, iso, emaid_key FROM contracts WHERE emaid_key = $1 AND pcid_key = $2
           ON CONFLICT (pcid_key, iso) DO UPDATE SET emaid_key = excluded.emaid_key
           RETURNING iso";
    DROP_DANGLING = "DELETE FROM default_contracts WHERE pcid_key = $1 AND iso = $2
                     AND NOT EXISTS (SELECT 1 FROM contracts c WHERE c.emaid_key = default_contracts.emaid_key
                       AND c.iso = default_contracts.iso AND c.pcid_key = default_contracts.pcid_key)";
    FOLLOW = "INSERT INTO default_contracts (pcid_key, iso, emaid_key)
              SELECT pcid_key, iso, emaid_key FROM contracts
              WHERE pcid_stem = $1 AND pcid_key = $2 AND iso = $3
                AND not_after >= $4 AND cps_not_after >= $4
              ORDER BY CASE WHEN not_before <= $4 THEN 0 ELSE 1 END, created_at, id LIMIT 1
              ON CONFLICT (pcid_key, iso) DO NOTHING";
}

/// Chooses the EMAID for the car in every ISO version in which it has contract data for it, in place of what was chosen
/// elsewhere; those versions, none when there are no such contract data.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set(tx: &mut Tx<'_>, pcid: &Pcid, emaid: &Emaid) -> Result<Vec<IsoVersion>, StoreError> {
    let Some(contract) = contracts::of_pair(tx, emaid, pcid).await?.into_iter().next() else { return Ok(Vec::new()) };
    let rows = tx.fetch_all(&SET, [emaid.contract_key().into(), contract.pcid.key().into()]).await?;
    let mut versions = rows.iter().map(|row| row.iso("iso")).collect::<Result<Vec<_>, _>>()?;
    versions.sort_unstable_by_key(|version| version.as_str());
    for version in &versions {
        chosen_elsewhere::remove(tx, &contract.pcid, *version).await?;
    }
    Ok(versions)
}

/// Makes the contract its car's default when the car has none in this ISO version.
pub(crate) async fn ensure(tx: &mut Tx<'_>, contract: &Contract) -> Result<(), StoreError> {
    let key = [contract.pcid.key().into(), contract.iso.as_str().into(), contract.emaid.contract_key().into()];
    tx.execute(&ENSURE, key).await?;
    Ok(())
}

/// After a contract went: when it was the default, the oldest one that is valid at `at` follows, or where there is none,
/// the oldest one that begins later; an expired one never does by itself.
pub(crate) async fn follow(tx: &mut Tx<'_>, gone: &Contract, at: Timestamp) -> Result<(), StoreError> {
    let (pcid, iso) = (gone.pcid.key(), gone.iso.as_str());
    if tx.execute(&DROP_DANGLING, [pcid.into(), iso.into()]).await? > 0 {
        tx.execute(&FOLLOW, [gone.pcid.stem().into(), pcid.into(), iso.into(), at.into()]).await?;
    }
    Ok(())
}
