//! That a contract has left the pool for its car, noted and told the first time; every later time costs nothing.

use opnc_store::contracts::{self, Contract};

use crate::events::story;
use crate::{Caller, Ecosystem, ServiceError};

/// Notes which of these contracts are delivered now for the first time, and tells their eMSPs. The car gets its answer
/// whether that can be written or not: what cannot is told with the next delivery.
pub(super) async fn note(caller: &Caller, ecosystem: &Ecosystem, contracts: &[&Contract]) {
    if contracts.iter().all(|contract| contract.delivered_at.is_some()) {
        return;
    }
    if let Err(error) = write(caller, ecosystem, contracts).await {
        tracing::warn!(%error, "that a contract was delivered is not noted: it is told with the next delivery");
    }
}

async fn write(caller: &Caller, ecosystem: &Ecosystem, contracts: &[&Contract]) -> Result<(), ServiceError> {
    let written = ecosystem.store().run_tx("note delivery of contract", |tx| {
        Box::pin(async move {
            for contract in contracts.iter().filter(|contract| contract.delivered_at.is_none()) {
                if contracts::set_delivered(tx, contract, ecosystem.now()).await? {
                    story::delivered(tx, ecosystem, contract, caller.trace).await?;
                }
            }
            Ok(())
        })
    });
    written.await
}
