//! What the contract certificate pool knows of a contract certificate.

use opnc_messages::ids::{Emaid, Fingerprint};
use opnc_messages::pki::RevocationReason;
use opnc_messages::trust::ContractState;
use opnc_store::{cancelled_contracts, contracts};

use crate::revocation_check::{Told, Verdict};
use crate::{Ecosystem, ServiceError};

/// Looks for the certificate of this contract.
pub(super) async fn state(
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    leaf: &Fingerprint,
) -> Result<ContractState, ServiceError> {
    let mut reader = ecosystem.store().read().await?;
    let active = contracts::of_emaid(&mut reader, emaid).await?;
    if active.iter().any(|contract| contract.leaf_fingerprint == *leaf) {
        return Ok(ContractState::Active);
    }
    Ok(match cancelled_contracts::get(&mut reader, leaf).await? {
        Some(gone) if gone.ended => ContractState::Cancelled,
        Some(_) => ContractState::Replaced,
        None => ContractState::Unknown,
    })
}

/// Whether a certificate is revoked only because its contract has ended, which says more than that it is revoked.
pub(super) fn is_end_of_contract(told: &Told) -> bool {
    let reasons = [RevocationReason::CessationOfOperation, RevocationReason::Superseded];
    match told {
        Told::Verdict(Verdict::Revoked { reason, .. }) => reason.is_some_and(|reason| reasons.contains(&reason)),
        _ => false,
    }
}
