//! AddSignedContractData: contract data that were signed elsewhere come into the pool.

use opnc_exi::iso2::{self, Body, CertificateInstallationRes};
use opnc_messages::ccp::AddSignedContractDataReq;
use opnc_messages::ids::Emaid;
use opnc_messages::operation::Operation;
use opnc_messages::{Role, texts};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, Purpose, ValidPath};
use opnc_pki::contract::iso2 as contract;
use opnc_store::provisioning::{self, Provisioning};
use opnc_store::{Reader, issued_certificates};

use crate::anchors::TrustAnchors;
use crate::cps::check_version;
use crate::deposit::{self, Deposit};
use crate::{Caller, Ecosystem, ServiceError, access};

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
    let message = iso2::decode(request.certificate_installation_res.as_bytes()).map_err(|error| {
        ServiceError::Invalid(vec![texts::EXI_INVALID.to_owned(), format!("certificateInstallationRes : {error}")])
    })?;
    let Body::CertificateInstallationRes(response) = &message.body else {
        return Err(ServiceError::invalid(
            "certificateInstallationRes : the message is not a CertificateInstallationRes",
        ));
    };
    let anchors = ecosystem.trust_anchors().await?;
    check(ecosystem, &anchors, &request.emaid, &message, response)?;
    let cps = cps_path(ecosystem, &anchors, response)?;
    check_cps_of(caller, &cps)?;
    let mut reader = ecosystem.store().read().await?;
    let car = find_car(caller, ecosystem, &mut reader, &request).await?;
    let contract_leaf = read(&response.contract_signature_cert_chain.certificate)?;
    let own_ca = issued_certificates::by_fingerprint(&mut reader, &contract_leaf.fingerprint()).await?.is_some();
    drop(reader);

    let deposit = Deposit {
        operation: Operation::AddSignedContractData,
        emaid: &request.emaid,
        pcid: &car.pcid,
        version: request.iso_version,
        contract_leaf: &contract_leaf,
        cps_root: cps.anchor().fingerprint(),
        cps_not_after: cps.not_after(),
        message: request.certificate_installation_res.as_bytes().to_vec(),
        meta_data: request.meta_data.clone(),
        subscription_url: None,
        provisioning_key_hash: car.public_key_hash,
        own_ca,
    };
    deposit::run(caller, ecosystem, &deposit).await
}

/// All that a car will check but the key, which only the car can unwrap; all failures at once.
fn check(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    emaid: &Emaid,
    message: &iso2::Message,
    response: &CertificateInstallationRes,
) -> Result<(), ServiceError> {
    let signed = contract::verify_message(message);
    let chains = contract::verify_chains(response, &anchors.cps, Some(&anchors.contract), ecosystem.now());
    let mut problems: Vec<String> = signed
        .failures()
        .chain(chains.failures())
        .map(|(check, failure)| format!("certificateInstallationRes : {check}: {failure}"))
        .collect();
    let in_message = &response.emaid.value;
    if !Emaid::parse(in_message).is_ok_and(|named| named == *emaid) {
        problems.push(format!("emaid : \"{emaid}\" is not the EMAID \"{in_message}\" in the message"));
    }
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(problems)) }
}

fn cps_path(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    response: &CertificateInstallationRes,
) -> Result<ValidPath, ServiceError> {
    let chain = &response.sa_provisioning_certificate_chain;
    let above = chain.sub_certificates.iter().map(|der| read(der)).collect::<Result<Vec<_>, _>>()?;
    chain::verify(&read(&chain.certificate)?, &above, &anchors.cps, Purpose::Cps, ecosystem.now())
        .map_err(|error| ServiceError::invalid(error.to_string()))
}

fn read(der: &[u8]) -> Result<Certificate, ServiceError> {
    Certificate::from_der(der).map_err(|error| ServiceError::invalid(format!("certificateInstallationRes : {error}")))
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
    reader: &mut Reader,
    request: &AddSignedContractDataReq,
) -> Result<Provisioning, ServiceError> {
    ecosystem.misses().check(caller, ecosystem.now())?;
    match provisioning::find(reader, &request.pcid, request.iso_version).await? {
        Some(car) => Ok(car),
        None => {
            ecosystem.misses().note(caller, ecosystem.now());
            Err(ServiceError::NotFound(texts::PROVISIONING_CERTIFICATE_NOT_FOUND.to_owned()))
        }
    }
}
