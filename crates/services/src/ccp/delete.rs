//! DeleteSignedContractDataByEmaid: the eMSP takes a contract back.

use opnc_messages::event::EventKind;
use opnc_messages::ids::Emaid;
use opnc_messages::operation::Operation;
use opnc_messages::pki::RevocationReason;
use opnc_store::contracts;

use super::contract_not_found;
use crate::{Caller, Ecosystem, ServiceError, access, record, revocation};

/// DeleteSignedContractDataByEmaid: all contract data of the EMAID; the car's oldest valid contract becomes its
/// default where this one was (A8). Certificates that our own eMSP CA issued are revoked, unless `skip_revocation`.
///
/// # Errors
/// [`ServiceError::NotFound`] when there are none, [`ServiceError::Forbidden`] for an EMAID of another provider.
pub async fn delete(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    skip_revocation: bool,
) -> Result<(), ServiceError> {
    access::own_emaid(caller, Operation::DeleteSignedContractDataByEmaid, emaid)?;
    ecosystem
        .store()
        .run_tx("delete contract data", |tx| {
            Box::pin(async move {
                let gone = contracts::delete_of_emaid(tx, emaid, ecosystem.now()).await?;
                if gone.is_empty() {
                    return Err(contract_not_found());
                }
                let operation = Operation::DeleteSignedContractDataByEmaid;
                record::note(tx, caller, ecosystem, operation, emaid.contract_key()).await?;
                for contract in &gone {
                    record::tell_contract(tx, caller, ecosystem, EventKind::ContractDeleted, contract).await?;
                }
                if skip_revocation {
                    return Ok(());
                }
                revocation::revoke_contracts(tx, caller, ecosystem, &gone, RevocationReason::CessationOfOperation).await
            })
        })
        .await
}
