//! SetSignedContractDataAsDefault: the OEM says which contract a car gets when it has several.

use opnc_messages::ccp::{ContractData, GetContractDataRes};
use opnc_messages::ids::{Emaid, Pcid};
use opnc_messages::operation::Operation;
use opnc_messages::{IsoVersion, texts};
use opnc_store::chosen_elsewhere::{self, ChosenElsewhere};
use opnc_store::{Tx, default_contracts, provisioning};

use super::contract_not_found;
use crate::federation::{self, Answer, Question};
use crate::record;
use crate::{Caller, Ecosystem, ServiceError, access};

/// SetSignedContractDataAsDefault, for every generation of ISO 15118 in which the car has this contract. One that lies in
/// the pool of another ecosystem is chosen here, for a car that is published here (F3).
///
/// # Errors
/// [`ServiceError::Invalid`] when the car has no such contract (P11), or one elsewhere that it could not get;
/// [`ServiceError::Forbidden`] for a foreign WMI; [`ServiceError::Incomplete`] when a pool that may have it fails.
pub async fn set_default(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    pcid: &Pcid,
) -> Result<(), ServiceError> {
    access::own_pcid(caller, Operation::SetSignedContractDataAsDefault, pcid)?;
    let here = async {
        let set = ecosystem.store().run_tx("set default contract", |tx| {
            Box::pin(async move {
                if set(tx, caller, ecosystem, emaid, pcid).await? { Ok(()) } else { Err(contract_not_found()) }
            })
        });
        set.await.map(|()| None)
    };
    let question = || Ok(Question::ByPcid { pcid: pcid.clone(), version: None, contract: Some(emaid.clone()) });
    let take = |answer| match answer {
        Answer::Contracts(found) => Some(Some(found)),
        _ => None,
    };
    match federation::first(caller, ecosystem, question, here, take).await {
        Ok(None) => Ok(()),
        Ok(Some(there)) => choose(caller, ecosystem, emaid, pcid, there).await,
        Err(ServiceError::NotFound(_)) => Err(ServiceError::invalid(texts::CONTRACT_NOT_FOUND)),
        Err(error) => Err(error),
    }
}

/// Makes a contract of our own pool the default; whether there is one.
async fn set(
    tx: &mut Tx<'_>,
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    pcid: &Pcid,
) -> Result<bool, ServiceError> {
    if default_contracts::set(tx, pcid, emaid).await?.is_empty() {
        return Ok(false);
    }
    record::note(tx, caller, ecosystem, Operation::SetSignedContractDataAsDefault, emaid.contract_key()).await?;
    Ok(true)
}

/// Keeps the choice of a contract that lies in the pool of another ecosystem.
async fn choose(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    pcid: &Pcid,
    there: GetContractDataRes,
) -> Result<(), ServiceError> {
    let mut of_emaid = there.contract_data_collection;
    of_emaid.retain(|one| one.emaid == *emaid);
    let has = |iso, needs: fn(&ContractData) -> bool| of_emaid.iter().any(|one| one.iso_version == iso && needs(one));
    if has(IsoVersion::Iso2, |_| true) && !has(IsoVersion::Iso2, |one| one.default_contract) {
        return Err(ServiceError::invalid(
            "The contract lies in the pool of another ecosystem, which has another default for this car: by ISO 15118-2 \
             the car would get that one from there.",
        ));
    }
    let versions: &Vec<_> = &IsoVersion::ALL.into_iter().filter(|iso| has(*iso, |_| true)).collect();
    let chosen = ecosystem.store().run_tx("choose contract elsewhere", |tx| {
        Box::pin(async move {
            // Meanwhile it may have come here.
            if set(tx, caller, ecosystem, emaid, pcid).await? {
                return Ok(());
            }
            let Some(car) = provisioning::of_pcid(tx, pcid).await?.into_iter().next() else {
                return Err(ServiceError::invalid(texts::PROVISIONING_CERTIFICATE_NOT_FOUND));
            };
            let mut is_kept = false;
            for iso in versions {
                let chosen = ChosenElsewhere { iso: *iso, emaid: emaid.clone() };
                is_kept |= chosen_elsewhere::put(tx, &car.pcid, &chosen, ecosystem.now()).await?;
            }
            if !is_kept {
                return Err(ServiceError::invalid(
                    "The contract is for an edition of ISO 15118 for which this car has no provisioning certificate here.",
                ));
            }
            record::note(tx, caller, ecosystem, Operation::SetSignedContractDataAsDefault, emaid.contract_key()).await
        })
    });
    chosen.await
}
