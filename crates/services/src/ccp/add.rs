//! AddSignedContractData: contract data that were signed elsewhere come into the pool.

use opnc_messages::ccp::AddSignedContractDataReq;
use opnc_messages::ids::Emaid;
use opnc_messages::operation::Operation;
use opnc_messages::{Role, texts};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::ValidPath;
use opnc_store::provisioning::Provisioning;

use super::carried::{Carried, cps_path, read_all};
use crate::cps::{check_curve, check_version};
use crate::deposit::{self, Deposit};
use crate::{Caller, Ecosystem, ServiceError, access, authorities, chains, pcp};

/// AddSignedContractData: takes the message in when everything a car will check holds now.
///
/// # Errors
/// [`ServiceError::Invalid`] with every check that failed, [`ServiceError::Forbidden`] for an EMAID of another provider
/// or a signature of another CPS (A4), [`ServiceError::NotFound`] for a car that is not published.
pub async fn add(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: AddSignedContractDataReq,
) -> Result<(), ServiceError> {
    access::own_emaid(caller, Operation::AddSignedContractData, &request.emaid)?;
    check_version(request.iso_version, &request.emaid)?;
    let anchors = ecosystem.trust_anchors().await?;
    let exi = request.certificate_installation_res.as_bytes();
    let carried = Carried::read(request.iso_version, exi, &anchors, ecosystem.now())?;
    let contract_chain = check(&request.emaid, &carried)?;
    let cps = cps_path(ecosystem, &anchors, &carried)?;
    check_cps_of(caller, &cps)?;
    let (car, foreign) = find_car(caller, ecosystem, &request).await?;
    if let Some(curve) = carried.curve {
        check_curve(curve, &chains::leaf_of(&car)?)?;
    }
    let (contract_leaf, above) =
        contract_chain.split_first().ok_or_else(|| ServiceError::internal("a chain without a leaf"))?;
    let mut reader = ecosystem.store().read().await?;
    let own_ca = authorities::issued_here(&mut reader, contract_leaf, above.first()).await?;
    drop(reader);

    let deposit = Deposit {
        operation: Operation::AddSignedContractData,
        emaid: &request.emaid,
        pcid: &car.pcid,
        version: request.iso_version,
        contract_leaf,
        cps_root: cps.anchor().fingerprint(),
        cps_not_after: cps.not_after(),
        message: request.certificate_installation_res.as_bytes().to_vec(),
        meta_data: request.meta_data.clone(),
        subscription_url: None,
        provisioning_key_hash: car.public_key_hash,
        published_elsewhere: foreign.then(|| car.sub_cas().cloned().collect()),
        own_ca,
    };
    deposit::run(caller, ecosystem, &deposit).await
}

/// All that a car will check but the key, which only the car can unwrap, and the EMAID; all failures at once. The contract
/// chain when there are none.
fn check(emaid: &Emaid, carried: &Carried) -> Result<Vec<Certificate>, ServiceError> {
    let mut problems = carried.problems.clone();
    let chain = read_all(&carried.contract_chain);
    let leaf = chain.as_ref().ok().and_then(|chain| chain.first());
    let named = carried.emaid.as_deref().or(leaf.and_then(Certificate::common_name)).unwrap_or_default();
    if !Emaid::parse(named).is_ok_and(|named| named == *emaid) {
        problems.push(format!("emaid : \"{emaid}\" is not the EMAID \"{named}\" in the message"));
    }
    if problems.is_empty() { chain } else { Err(ServiceError::Invalid(problems)) }
}

/// A CPS owns no EMAIDs: it may add what its own CPS leaf has signed, and nothing else (A4).
fn check_cps_of(caller: &Caller, path: &ValidPath) -> Result<(), ServiceError> {
    if caller.role != Role::Cps {
        return Ok(());
    }
    let name = path.leaf().common_name().unwrap_or_default();
    let own_root = caller.owned.roots.contains(&path.anchor().fingerprint());
    if own_root && caller.owned.cps_names.iter().any(|own| own == name) {
        return Ok(());
    }
    Err(ServiceError::Forbidden(format!(
        "The CPS \"{name}\" that signed the message does not belong to the calling party."
    )))
}

async fn find_car(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: &AddSignedContractDataReq,
) -> Result<(Provisioning, bool), ServiceError> {
    let found = pcp::car(caller, ecosystem, &request.pcid, request.iso_version).await?;
    found.ok_or_else(|| ServiceError::NotFound(texts::PROVISIONING_CERTIFICATE_NOT_FOUND.to_owned()))
}
