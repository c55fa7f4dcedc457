//! SetSignedContractDataAsDefault: the OEM says which contract a car gets when it has several.

use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::operation::Operation;
use opnc_messages::texts;
use opnc_store::default_contracts;

use crate::record;
use crate::{Caller, Ecosystem, ServiceError, access};

/// SetSignedContractDataAsDefault, for every generation of ISO 15118 in which the car has this contract.
///
/// # Errors
/// [`ServiceError::Invalid`] when the car has no such contract (P11), [`ServiceError::Forbidden`] for a foreign WMI.
pub async fn set_default(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    pcid: &Pcid,
) -> Result<(), ServiceError> {
    access::own_pcid(caller, Operation::SetSignedContractDataAsDefault, pcid)?;
    ecosystem
        .store()
        .run_tx("set default contract", |tx| {
            Box::pin(async move {
                if default_contracts::set(tx, pcid, emaid).await?.is_empty() {
                    return Err(ServiceError::invalid(texts::CONTRACT_NOT_FOUND));
                }
                let operation = Operation::SetSignedContractDataAsDefault;
                record::note(tx, caller, ecosystem, operation, emaid.contract_key()).await
            })
        })
        .await
}
