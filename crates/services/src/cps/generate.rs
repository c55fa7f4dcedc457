//! GenerateAndSignContractData: an eMSP without a PKI names EMAID, PCID and dates; everything else is made here.

use jiff::Timestamp;
use opnc_messages::cps::GenerateAndSignContractDataReq;
use opnc_messages::operation::Operation;
use opnc_messages::texts;
use opnc_pki::certificate::{Certificate, attribute};
use opnc_pki::chain::{self, Purpose};
use opnc_pki::issue::{self, Request, Validity};
use opnc_pki::key::{PublicKey, SoftwareKey};
use opnc_pki::profile;
use opnc_store::issued_certificates;
use opnc_store::provisioning::Provisioning;

use super::check_version;
use super::unsigned::{Unsigned, Wrapped};
use crate::anchors::TrustAnchors;
use crate::authorities::{self, Authority};
use crate::deposit::{self, Deposit};
use crate::issued::Issued;
use crate::{Caller, Ecosystem, ServiceError, access, chains, pcp};

/// GenerateAndSignContractData: makes a contract key and certificate, wraps the key for the car, signs and stores.
///
/// # Errors
/// [`ServiceError::Invalid`] with the official texts for dates, cars and EMAIDs that do not fit,
/// [`ServiceError::Forbidden`] for an EMAID of another provider.
pub async fn generate_and_sign(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: GenerateAndSignContractDataReq,
) -> Result<(), ServiceError> {
    access::own_emaid(caller, Operation::GenerateAndSignContractData, &request.emaid)?;
    check_version(request.iso_version, &request.emaid)?;
    check_dates(&request, ecosystem.now())?;
    let (car, foreign) = find_car(caller, ecosystem, &request).await?;
    let anchors = ecosystem.trust_anchors().await?;
    let car_leaf = leaf_of(&car, &anchors, ecosystem.now())?;
    let algorithm = car_leaf.public_key().algorithm();
    let issuer = authorities::emsp_ca(ecosystem, &anchors, algorithm, request.emsp_root_fingerprint.as_ref()).await?;
    let wanted = request.cps_v2g_root_fingerprint.as_ref();
    let signer = authorities::cps(ecosystem, &anchors, algorithm, wanted, &car.v2g_root_akis).await?;

    let key = SoftwareKey::generate(algorithm).map_err(ServiceError::internal)?;
    let certificate =
        ecosystem.timed("issue certificate", || issue_contract(ecosystem, &issuer, &request, key.public_key()))?;
    let wrapped = ecosystem.timed("wrap key", || Wrapped::make(ecosystem, &key, &certificate, &car_leaf))?;
    let mut contract_chain = vec![certificate.clone()];
    contract_chain.extend(issuer.chain());
    let unsigned = Unsigned { chain: contract_chain, key: wrapped, emaid: request.emaid.clone() };
    let deposit = Deposit {
        operation: Operation::GenerateAndSignContractData,
        emaid: &request.emaid,
        pcid: &car.pcid,
        version: request.iso_version,
        contract_leaf: &certificate,
        cps_root: signer.root,
        cps_not_after: signer.not_after(),
        message: ecosystem.timed("sign message", || unsigned.sign(ecosystem, &signer))?,
        meta_data: request.meta_data.clone(),
        subscription_url: request.subscription_url.clone(),
        provisioning_key_hash: car.public_key_hash,
        published_elsewhere: foreign.then(|| car.sub_cas().cloned().collect()),
        own_ca: true,
    };
    let issued = Issued {
        certificate: &certificate,
        issuer: &issuer.certificate,
        profile: profile::CONTRACT.in_version(request.iso_version),
        subject_key: request.emaid.contract_key(),
        party: Some(caller.party),
    };
    let issued = issued.row(ecosystem.now());
    let (deposit, issued) = (&deposit, &issued);
    ecosystem
        .store()
        .run_tx("generate contract data", |tx| {
            Box::pin(async move {
                issued_certificates::add(tx, issued).await?;
                deposit::put(tx, caller, ecosystem, deposit).await
            })
        })
        .await
}

fn check_dates(request: &GenerateAndSignContractDataReq, now: Timestamp) -> Result<(), ServiceError> {
    let mut problems = Vec::new();
    if request.contract_ends < now {
        problems.push(texts::CONTRACT_ENDS_IN_PAST.to_owned());
    }
    if request.contract_begins >= request.contract_ends {
        problems.push("contractBegins : must be before contractEnds".to_owned());
    }
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(problems)) }
}

async fn find_car(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: &GenerateAndSignContractDataReq,
) -> Result<(Provisioning, bool), ServiceError> {
    let Some((car, foreign)) = pcp::car(caller, ecosystem, &request.pcid, request.iso_version).await? else {
        return Err(ServiceError::invalid(texts::PROVISIONING_CERTIFICATE_NOT_AVAILABLE));
    };
    deposit::check_car_of(&mut ecosystem.store().read().await?, &request.emaid, &car.pcid).await?;
    Ok((car, foreign))
}

/// The provisioning certificate to encrypt the contract key for, of a car that is trusted still: its OEM's root may have
/// left the pool.
fn leaf_of(car: &Provisioning, anchors: &TrustAnchors, now: Timestamp) -> Result<Certificate, ServiceError> {
    let leaf = chains::leaf_of(car)?;
    let sub_cas = car.sub_cas().map(chains::kept).collect::<Result<Vec<_>, _>>()?;
    chain::verify(&leaf, &sub_cas, &anchors.provisioning, Purpose::Provisioning, now)
        .map_err(|error| ServiceError::invalid(format!("pcid : of the car's provisioning chain {error}")))?;
    Ok(leaf)
}

fn issue_contract(
    ecosystem: &Ecosystem,
    issuer: &Authority,
    request: &GenerateAndSignContractDataReq,
    key: &PublicKey,
) -> Result<Certificate, ServiceError> {
    let issuing = &issuer.certificate;
    if request.contract_ends > issuing.not_after() {
        let end = issuing.not_after();
        return Err(ServiceError::invalid(format!(
            "contractEnds : must not be after the end of the issuing CA, {end}"
        )));
    }
    // In whole seconds, as certificates have them.
    if request.contract_ends.as_second() <= issuing.not_before().as_second() {
        let begin = issuing.not_before();
        return Err(ServiceError::invalid(format!(
            "contractEnds : must be after the begin of the issuing CA, {begin}"
        )));
    }
    // A contract may be older than the CA; its certificate cannot.
    let validity =
        Validity { not_before: request.contract_begins.max(issuing.not_before()), not_after: request.contract_ends };
    let contract = profile::CONTRACT.in_version(request.iso_version);
    let organization = issuer.certificate.subject().first(attribute::ORGANIZATION).unwrap_or("eMSP");
    let subject = contract.subject(&request.emaid.wire(), organization, None).map_err(ServiceError::internal)?;
    let authority =
        issue::Authority::existing(issuer.certificate.clone(), issuer.sub_cas.clone(), issuer.signer(ecosystem)?)
            .map_err(ServiceError::internal)?;
    let request = Request { profile: contract, subject, public_key: key.clone(), validity };
    ecosystem.with_status(authority).issue(request, &mut ecosystem.rng()).map_err(ServiceError::internal)
}
