//! Which car a contract belongs to. A row lives as long as there are contract data under its EMAID.

use opnc_messages::ids::{Emaid, Pcid};

use crate::statement::statements;
use crate::{StoreError, Tx};

statements! {
    BIND = "INSERT INTO emaids (emaid_key, pcid, provider) VALUES ($1, $2, $3) ON CONFLICT (emaid_key) DO NOTHING";
    BOUND = "SELECT pcid FROM emaids WHERE emaid_key = $1";
    RELEASE = "DELETE FROM emaids WHERE emaid_key = $1
               AND NOT EXISTS (SELECT 1 FROM contracts WHERE contracts.emaid_key = emaids.emaid_key)";
}

/// Binds the EMAID to the car unless it is bound, and tells which car it is bound to.
///
/// Race-free on any engine: of two transactions one inserts, and the other waits for it and then reads its row.
pub(crate) async fn bind(tx: &mut Tx<'_>, emaid: &Emaid, pcid: &Pcid) -> Result<Pcid, StoreError> {
    let key = emaid.contract_key();
    tx.execute(&BIND, [key.into(), pcid.as_sent().into(), emaid.provider_id().to_string().into()]).await?;
    tx.fetch_one(&BOUND, [key.into()]).await?.parsed("pcid", Pcid::parse)
}

/// Forgets the EMAID once there are no contract data under it.
pub(crate) async fn release(tx: &mut Tx<'_>, emaid: &Emaid) -> Result<(), StoreError> {
    tx.execute(&RELEASE, [emaid.contract_key().into()]).await?;
    Ok(())
}
