//! GetContractDataByEmaid and GetContractDataByPcid: which contracts there are, without their secrets.

use opnc_messages::ccp::{ContractData, GetContractDataRes};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::operation::Operation;
use opnc_messages::{CertificateDer, IsoVersion};
use opnc_store::contracts::{self, Contract};

use super::install::carried;
use super::{contract_not_found, elsewhere};
use crate::anchors::TrustAnchors;
use crate::federation::{self, Answer, Question, Said};
use crate::{Caller, Ecosystem, ServiceError, access};

/// GetContractDataByEmaid. Without a version, the contract data of all of them (B16).
///
/// # Errors
/// [`ServiceError::NotFound`] when there are none, [`ServiceError::Forbidden`] for an EMAID of another provider.
pub async fn by_emaid(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    version: Option<IsoVersion>,
    cps_root: Option<Fingerprint>,
) -> Result<GetContractDataRes, ServiceError> {
    access::own_emaid(caller, Operation::GetContractDataByEmaid, emaid)?;
    let question = || Ok(Question::ByEmaid { emaid: emaid.clone(), version, cps_root });
    federation::first(caller, ecosystem, question, own_of_emaid(caller, ecosystem, emaid, version, cps_root), take)
        .await
}

async fn own_of_emaid(
    caller: &Caller,
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    version: Option<IsoVersion>,
    cps_root: Option<Fingerprint>,
) -> Result<GetContractDataRes, ServiceError> {
    let mut found = contracts::of_emaid(&mut ecosystem.store().read().await?, emaid).await?;
    found.retain(|contract| {
        version.is_none_or(|version| contract.iso == version) && cps_root.is_none_or(|root| contract.cps_root == root)
    });
    let car = found.first().map(|contract| contract.pcid.clone());
    let mut all = collection(caller, ecosystem, found).await?;
    if let Some(car) = car {
        elsewhere::mark(ecosystem, &car, false, &mut all).await?;
    }
    Ok(all)
}

/// GetContractDataByPcid: all contracts of a car. Without a version, those of all of them (B16).
///
/// # Errors
/// [`ServiceError::NotFound`] when there are none, [`ServiceError::Forbidden`] for a foreign WMI.
pub async fn by_pcid(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
) -> Result<GetContractDataRes, ServiceError> {
    access::own_pcid(caller, Operation::GetContractDataByPcid, pcid)?;
    let question = Question::ByPcid { pcid: pcid.clone(), version, contract: None };
    let (mut all, is_all) = match own_of_pcid(caller, ecosystem, pcid, version).await {
        // A car may have contracts in several ecosystems.
        Ok(own) => {
            let others = federation::with_peers(caller, ecosystem, &question).await?;
            let all = match others.answer {
                Some(Answer::Contracts(others)) => federation::contracts(own, others),
                _ => own,
            };
            (all, others.said == Said::All)
        }
        missing => (federation::first(caller, ecosystem, || Ok(question), async { missing }, take).await?, false),
    };
    elsewhere::mark(ecosystem, pcid, is_all, &mut all).await?;
    Ok(all)
}

async fn own_of_pcid(
    caller: &Caller,
    ecosystem: &Ecosystem,
    pcid: &Pcid,
    version: Option<IsoVersion>,
) -> Result<GetContractDataRes, ServiceError> {
    let mut found = contracts::of_pcid(&mut ecosystem.store().read().await?, pcid).await?;
    found.retain(|contract| version.is_none_or(|version| contract.iso == version));
    collection(caller, ecosystem, found).await
}

fn take(answer: Answer) -> Option<GetContractDataRes> {
    match answer {
        Answer::Contracts(found) => Some(found),
        _ => None,
    }
}

async fn collection(
    caller: &Caller,
    ecosystem: &Ecosystem,
    contracts: Vec<Contract>,
) -> Result<GetContractDataRes, ServiceError> {
    if contracts.is_empty() {
        return Err(contract_not_found());
    }
    let anchors = ecosystem.trust_anchors().await?;
    let shown = contracts.into_iter().map(|contract| {
        // A peer checks what we say, and need not know the CAs of our eMSPs.
        let sub_cas = if caller.peer.is_some() { sub_cas(&contract)? } else { Vec::new() };
        Ok(ContractData { contract_sub_cas: sub_cas, ..shown(contract, &anchors) })
    });
    Ok(GetContractDataRes { contract_data_collection: shown.collect::<Result<_, ServiceError>>()? })
}

/// The CAs above a contract certificate, as its message has them.
fn sub_cas(contract: &Contract) -> Result<Vec<CertificateDer>, ServiceError> {
    let chain = carried(contract)?.into_iter().next().unwrap_or_default();
    Ok(chain.iter().skip(1).map(|ca| CertificateDer::from(ca.der())).collect())
}

fn shown(contract: Contract, anchors: &TrustAnchors) -> ContractData {
    let root = anchors.by_fingerprint.get(&contract.cps_root);
    ContractData {
        pcid: contract.pcid,
        emaid: contract.emaid,
        iso_version: contract.iso,
        contract_certificate: Some(CertificateDer::from(contract.leaf)),
        contract_sub_cas: Vec::new(),
        default_contract: contract.is_default,
        cert_valid_from: Some(contract.not_before),
        cert_valid_to: Some(contract.not_after),
        cps_v2g_root_distinguished_name: root.map(|root| root.subject().to_string()),
        cps_v2g_root_fingerprint: Some(contract.cps_root),
        meta_data: contract.metadata,
        subscription_url: contract.subscription_url,
    }
}
