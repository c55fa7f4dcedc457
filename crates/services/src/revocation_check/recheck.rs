//! Another look at the cars that were published while nobody told about their certificates.

use opnc_pki::certificate::Certificate;
use opnc_store::unchecked_cars::{self, UncheckedCar};
use opnc_store::{provisioning, provisioning::Provisioning};

use super::{Finding, Mode, check};
use crate::record::Action;
use crate::{Caller, Ecosystem, ServiceError, chains, pcp};

/// How many cars one run looks at.
const BATCH: u32 = 100;

/// Asks again. A car of which all is well is no longer marked; one with a revoked certificate leaves the pool with its
/// contracts. How many are still marked of those that were looked at.
///
/// # Errors
/// When the store fails.
pub async fn recheck(ecosystem: &Ecosystem) -> Result<usize, ServiceError> {
    let marked = unchecked_cars::asked_before(&mut ecosystem.store().read().await?, ecosystem.now(), BATCH).await?;
    let mut left = 0;
    for mark in &marked {
        if look_again(ecosystem, mark).await? {
            left += 1;
        }
    }
    Ok(left)
}

/// Whether the mark stays.
async fn look_again(ecosystem: &Ecosystem, mark: &UncheckedCar) -> Result<bool, ServiceError> {
    let car = {
        let mut reader = ecosystem.store().read().await?;
        provisioning::find(&mut reader, &mark.pcid, mark.iso).await?.filter(|car| car.pcid == mark.pcid)
    };
    let finding = match &car {
        Some(car) => {
            let anchors = ecosystem.trust_anchors().await?;
            check(ecosystem, &anchors, Mode::SoftFail, &chain_of(car)?).await?
        }
        None => Finding::Good,
    };
    let (car, finding, program) = (&car, &finding, &Caller::program(ecosystem.new_id()));
    ecosystem
        .store()
        .run_tx("look at a car again", |tx| {
            Box::pin(async move {
                match (finding, car) {
                    (Finding::Unanswered(_), _) => unchecked_cars::put(tx, mark, ecosystem.now()).await?,
                    (Finding::Revoked { .. }, Some(looked_at)) => {
                        let now = provisioning::find(tx, &mark.pcid, mark.iso).await?;
                        if now.is_some_and(|now| now.pcid == looked_at.pcid && now.leaf == looked_at.leaf) {
                            let action = Action::from("RevokedProvisioningCertificate");
                            pcp::remove(tx, program, ecosystem, &mark.pcid, Some(mark.iso), action).await?;
                        }
                        unchecked_cars::remove(tx, mark).await?;
                    }
                    _ => unchecked_cars::remove(tx, mark).await?,
                }
                Ok::<_, ServiceError>(())
            })
        })
        .await?;
    Ok(matches!(finding, Finding::Unanswered(_)))
}

fn chain_of(car: &Provisioning) -> Result<Vec<Certificate>, ServiceError> {
    let sub_cas = car.sub_cas().map(chains::kept);
    std::iter::once(chains::leaf_of(car)).chain(sub_cas).collect()
}
