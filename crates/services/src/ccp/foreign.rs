//! Contracts of other ecosystems' pools: what a peer says of them, checked as a car would, and against what was asked.

use opnc_client::OfflineInstallation;
use opnc_messages::ccp::{ContractData, GetContractDataRes, GetSignedContractDataRes};
use opnc_messages::ids::{Emaid, Fingerprint, Pcid};
use opnc_messages::{CertificateDer, IsoVersion, SignedContractData};
use opnc_pki::certificate::Certificate;

use super::carried::{Carried, cps_path};
use super::install::Asked;
use super::provide::prepared;
use crate::anchors::TrustAnchors;
use crate::cps::check_curve;
use crate::federation::Question;
use crate::{Ecosystem, ServiceError, pcp};

/// The most contracts that are taken from one peer for one car or contract.
const MOST: usize = 256;

/// What a peer has under the EMAID, or for the car, that was asked for. Each certificate is that of its EMAID.
///
/// # Errors
/// What is wrong with it.
pub(crate) async fn check_contracts(
    ecosystem: &Ecosystem,
    question: &Question,
    said: GetContractDataRes,
) -> Result<GetContractDataRes, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    let all = said.contract_data_collection;
    bounded(all.len())?;
    let checked = all.into_iter().map(|contract| checked(&anchors, question, contract));
    let mut checked = checked.collect::<Result<Vec<_>, _>>()?;
    checked.retain(|contract| match question {
        Question::ByEmaid { version, cps_root, .. } => {
            version.is_none_or(|version| version == contract.iso_version)
                && cps_root.is_none_or(|root| contract.cps_v2g_root_fingerprint == Some(root))
        }
        Question::ByPcid { version, .. } => version.is_none_or(|version| version == contract.iso_version),
        _ => false,
    });
    if checked.is_empty() {
        return Err(ServiceError::invalid("it has nothing of what was asked for"));
    }
    Ok(GetContractDataRes { contract_data_collection: checked })
}

fn checked(
    anchors: &TrustAnchors,
    question: &Question,
    mut contract: ContractData,
) -> Result<ContractData, ServiceError> {
    match question {
        Question::ByEmaid { emaid, .. } if contract.emaid != *emaid => {
            return Err(ServiceError::invalid("it has another contract than was asked for"));
        }
        Question::ByPcid { pcid, .. } => same_car(Some(&contract.pcid), pcid)?,
        _ => {}
    }
    // What stands beside the certificate is informative: it comes from the certificate, or not at all.
    let certificate = contract.contract_certificate.as_ref().map(CertificateDer::as_bytes).map(read).transpose()?;
    if let Some(certificate) = &certificate {
        certificate_of(&contract.emaid, certificate)?;
    }
    contract.cert_valid_from = certificate.as_ref().map(Certificate::not_before);
    contract.cert_valid_to = certificate.as_ref().map(Certificate::not_after);
    let root = contract.cps_v2g_root_fingerprint.and_then(|root| anchors.by_fingerprint.get(&root));
    contract.cps_v2g_root_distinguished_name = root.map(|root| root.subject().to_string());
    Ok(contract)
}

/// The signed contract data that an OEM asked for, ready for its car.
///
/// # Errors
/// What is wrong with them.
pub(crate) async fn check_fetched(
    ecosystem: &Ecosystem,
    emaid: &Emaid,
    pcid: &Pcid,
    wanted: &OfflineInstallation,
    said: GetSignedContractDataRes,
) -> Result<GetSignedContractDataRes, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    bounded(said.signed_contract_data_collection.len())?;
    let mut collection = Vec::new();
    for one in said.signed_contract_data_collection {
        if wanted.iso_version.is_some_and(|version| version != one.iso_version) {
            continue;
        }
        let (mut one, root) = signed(ecosystem, &anchors, one, pcid).await?;
        if one.emaid != *emaid {
            return Err(ServiceError::invalid("it has another contract than was asked for"));
        }
        if wanted.cps_v2g_root_fingerprint.is_some_and(|wanted| wanted != root) {
            continue;
        }
        if let Some(session) = &wanted.session_id {
            let message = one.certificate_installation_res.as_bytes();
            one.certificate_installation_res = prepared(one.iso_version, message, session, ecosystem.now())?.into();
        }
        collection.push(one);
    }
    if collection.is_empty() {
        return Err(ServiceError::invalid("it has nothing of what was asked for"));
    }
    Ok(GetSignedContractDataRes { signed_contract_data_collection: collection })
}

/// The contracts that a car asked for, in its session.
///
/// # Errors
/// What is wrong with them.
pub(crate) async fn check_installation(
    ecosystem: &Ecosystem,
    version: IsoVersion,
    asked: &Asked,
    said: GetSignedContractDataRes,
) -> Result<GetSignedContractDataRes, ServiceError> {
    let anchors = ecosystem.trust_anchors().await?;
    let all = said.signed_contract_data_collection;
    if all.is_empty() || all.len() > usize::from(asked.maximum) {
        return Err(ServiceError::invalid(format!(
            "it has {} contracts, and the car takes {}",
            all.len(),
            asked.maximum
        )));
    }
    let mut collection = Vec::new();
    for one in all {
        if one.iso_version != version {
            return Err(ServiceError::invalid("it has messages of another edition of ISO 15118"));
        }
        let (one, root) = signed(ecosystem, &anchors, one, &asked.pcid).await?;
        if !asked.trusts(&root, &anchors) {
            return Err(ServiceError::invalid("it is signed under a V2G root that is not among those the car lists"));
        }
        if let Some(curve) =
            Carried::read(version, one.certificate_installation_res.as_bytes(), &anchors, ecosystem.now())?.curve
        {
            check_curve(curve, &asked.leaf)?;
        }
        collection.push(one);
    }
    asked.counted(GetSignedContractDataRes { signed_contract_data_collection: collection })
}

/// A message that a car with our roots accepts, for this car and for the EMAID beside it; and the root of its CPS.
async fn signed(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    mut one: SignedContractData,
    pcid: &Pcid,
) -> Result<(SignedContractData, Fingerprint), ServiceError> {
    same_car(one.pcid.as_ref(), pcid)?;
    let exi = one.certificate_installation_res.as_bytes();
    let carried = Carried::read(one.iso_version, exi, anchors, ecosystem.now())?;
    if !carried.problems.is_empty() {
        return Err(ServiceError::Invalid(carried.problems));
    }
    let cps = cps_path(ecosystem, anchors, &carried)?;
    let contract = carried.contract_chain.iter().map(|der| read(der)).collect::<Result<Vec<_>, _>>()?;
    let leaf = contract.first().ok_or_else(|| ServiceError::invalid("it has no contract certificate"))?;
    certificate_of(&one.emaid, leaf)?;
    if carried.emaid.as_deref().is_some_and(|named| !Emaid::parse(named).is_ok_and(|named| named == one.emaid)) {
        return Err(ServiceError::invalid("the EMAID in the message is not the one beside it"));
    }
    let mode = ecosystem.policy().revocation.ccp;
    let cps_chain: Vec<_> = std::iter::once(cps.leaf()).chain(cps.sub_cas()).cloned().collect();
    for chain in [&contract, &cps_chain] {
        pcp::refuse_revoked(ecosystem, anchors, mode, chain).await?;
    }
    let root = cps.anchor();
    one.pcid = Some(pcid.clone());
    one.cps_v2g_root_fingerprint = Some(root.fingerprint());
    one.cps_root_distinguished_name = Some(root.subject().to_string());
    let root = root.fingerprint();
    Ok((one, root))
}

fn same_car(named: Option<&Pcid>, asked: &Pcid) -> Result<(), ServiceError> {
    match named {
        Some(named) if named != asked && !named.is_twin_of(asked) => {
            Err(ServiceError::invalid("it is a contract of another car"))
        }
        _ => Ok(()),
    }
}

fn certificate_of(emaid: &Emaid, certificate: &Certificate) -> Result<(), ServiceError> {
    let name = certificate.common_name().unwrap_or_default();
    if Emaid::parse(name).is_ok_and(|named| named == *emaid) {
        return Ok(());
    }
    Err(ServiceError::invalid("the contract certificate is not that of the EMAID beside it"))
}

fn read(der: &[u8]) -> Result<Certificate, ServiceError> {
    Certificate::from_der(der).map_err(|error| ServiceError::invalid(error.to_string()))
}

fn bounded(number: usize) -> Result<(), ServiceError> {
    if number > MOST {
        return Err(ServiceError::invalid(format!("it has {number} contracts")));
    }
    Ok(())
}
