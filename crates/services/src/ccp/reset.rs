//! A factory reset: the OEM takes all contracts out of a car that was sold or reset. The specification has the event
//! and no operation that causes it; this one is ours.

use opnc_messages::event::EventKind;
use opnc_messages::ids::Pcid;
use opnc_messages::operation::Operation;
use opnc_messages::pki::RevocationReason;
use opnc_store::{chosen_elsewhere, contracts};

use super::contract_not_found;
use crate::{Caller, Ecosystem, ServiceError, access, pcp, record, revocation};

/// FactoryReset: all contract data of the car, of every provider and both generations. Its provisioning certificate stays.
/// Certificates that our own eMSP CA issued are revoked, unless `skip_revocation`.
///
/// # Errors
/// [`ServiceError::NotFound`] when there are none, [`ServiceError::Forbidden`] for a foreign WMI.
pub async fn factory_reset(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    skip_revocation: bool,
) -> Result<(), ServiceError> {
    access::own_pcid(caller, Operation::FactoryReset, pcid)?;
    let reset = ecosystem.store().run_tx("factory reset", |tx| {
        Box::pin(async move {
            let found = contracts::of_pcid(tx, pcid).await?;
            let gone = contracts::delete(tx, found, ecosystem.now()).await?;
            let car = gone.first().map_or(pcid, |contract| &contract.pcid);
            // What was chosen in the pool of another ecosystem stays there, and is not this car's any more.
            if !chosen_elsewhere::remove_of_car(tx, car).await? && gone.is_empty() {
                return Err(contract_not_found());
            }
            record::note(tx, caller, ecosystem, Operation::FactoryReset, car.key()).await?;
            pcp::tell_vehicle(tx, caller, ecosystem, EventKind::CarReset, &gone).await?;
            if skip_revocation {
                return Ok(());
            }
            revocation::revoke_contracts(tx, caller, ecosystem, &gone, RevocationReason::CessationOfOperation).await
        })
    });
    reset.await
}
