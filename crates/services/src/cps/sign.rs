//! SignContractData: an eMSP with its own PKI has made contract data, the CPS vouches for them.

use opnc_messages::cps::{ContractCertificateBundle, SignContractDataReq, SignContractDataRes};
use opnc_messages::ids::Emaid;
use opnc_messages::operation::Operation;
use opnc_messages::{Base64Bytes, IsoVersion, SignedContractData, texts};
use opnc_pki::chain::{self, Purpose, ValidPath};
use opnc_store::provisioning::Provisioning;

use super::check_version;
use super::unsigned::{Unsigned, Wrapped};
use crate::anchors::TrustAnchors;
use crate::authorities;
use crate::chains::{self, Chain};
use crate::deposit::{self, Deposit};
use crate::{Caller, Ecosystem, ServiceError, access, pcp};

/// SignContractData: checks the bundle, signs it, and stores the result when it names a car (B18).
///
/// # Errors
/// [`ServiceError::Invalid`] with everything that is wrong with the bundle, [`ServiceError::Forbidden`] for an EMAID
/// of another provider, [`ServiceError::NotFound`] for a car that is not published.
pub async fn sign(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: SignContractDataReq,
) -> Result<SignContractDataRes, ServiceError> {
    let bundle = &request.contract_certificate_bundle;
    access::own_emaid(caller, Operation::SignContractData, &bundle.emaid)?;
    check_version(request.iso_version, &bundle.emaid)?;
    let chain = chains::read(&bundle.contract_certificate_chain, "certificate", request.iso_version)?;
    let anchors = ecosystem.trust_anchors().await?;
    let (path, wrapped) = check_bundle(ecosystem, &anchors, bundle, request.iso_version, &chain)?;
    let car = find_car(caller, ecosystem, bundle, request.iso_version).await?;
    if let Some((car, _)) = &car {
        wrapped.check_fits(&chains::leaf_of(car)?)?;
    }

    let roots_of_car = car.as_ref().map(|(car, _)| car.v2g_root_akis.as_slice()).unwrap_or_default();
    let wanted = request.cps_v2g_root_fingerprint.as_ref();
    let algorithm = chain.leaf.public_key().algorithm();
    let signer = authorities::cps(ecosystem, &anchors, algorithm, wanted, roots_of_car).await?;
    let mut contract_chain = vec![chain.leaf.clone()];
    contract_chain.extend(path.sub_cas().iter().cloned());
    let unsigned = Unsigned { chain: contract_chain, key: wrapped, emaid: bundle.emaid.clone() };
    let message = ecosystem.timed("sign message", || unsigned.sign(ecosystem, &signer))?;
    if let Some((car, foreign)) = &car {
        let issuer = path.sub_cas().first();
        let own_ca = authorities::issued_here(&mut ecosystem.store().read().await?, &chain.leaf, issuer).await?;
        let deposit = Deposit {
            operation: Operation::SignContractData,
            emaid: &bundle.emaid,
            pcid: &car.pcid,
            version: request.iso_version,
            contract_leaf: &chain.leaf,
            cps_root: signer.root,
            cps_not_after: signer.not_after(),
            message: message.clone(),
            meta_data: None,
            subscription_url: None,
            provisioning_key_hash: car.public_key_hash,
            published_elsewhere: foreign.then(|| car.sub_cas().cloned().collect()),
            own_ca,
        };
        deposit::run(caller, ecosystem, &deposit).await?;
    }
    Ok(SignContractDataRes {
        signed_contract_data: SignedContractData {
            certificate_installation_res: Base64Bytes::from(message),
            emaid: bundle.emaid.clone(),
            pcid: bundle.pcid.clone(),
            iso_version: request.iso_version,
            meta_data: None,
            subscription_url: None,
            cps_v2g_root_fingerprint: Some(signer.root),
            cps_root_distinguished_name: anchors
                .by_fingerprint
                .get(&signer.root)
                .map(|root| root.subject().to_string()),
        },
    })
}

/// Everything about the bundle that needs no look-up of the car; all problems at once.
fn check_bundle(
    ecosystem: &Ecosystem,
    anchors: &TrustAnchors,
    bundle: &ContractCertificateBundle,
    version: IsoVersion,
    chain: &Chain,
) -> Result<(ValidPath, Wrapped), ServiceError> {
    let mut problems = Vec::new();
    problems.extend(emaid_mismatch(&bundle.emaid, chain));
    problems.extend(chain.version_mismatch(version));
    let wrapped = Wrapped::of_bundle(bundle, version).map_err(|wrong| problems.extend(wrong));
    if let Ok(wrapped) = &wrapped {
        problems.extend(wrapped.contract_mismatch(&chain.leaf));
    }
    let path = chain::verify(&chain.leaf, &chain.sub_cas, &anchors.contract, Purpose::Contract, ecosystem.now())
        .map_err(|error| problems.push(format!("contractCertificateChain : {error}")));
    match (path, wrapped) {
        (Ok(path), Ok(wrapped)) if problems.is_empty() => Ok((path, wrapped)),
        _ => Err(ServiceError::Invalid(problems)),
    }
}

/// The problem of a contract certificate whose common name is another contract than the EMAID says.
pub(crate) fn emaid_mismatch(emaid: &Emaid, chain: &Chain) -> Option<String> {
    let name = chain.leaf.common_name().unwrap_or_default();
    match Emaid::parse(name) {
        Ok(in_certificate) if in_certificate == *emaid => None,
        _ => Some(format!("emaid : \"{emaid}\" is not the common name \"{name}\" of the contract certificate")),
    }
}

/// The car the bundle names, and whether a peer has it; `None` when it names none.
async fn find_car(
    caller: &Caller,
    ecosystem: &Ecosystem,
    bundle: &ContractCertificateBundle,
    version: IsoVersion,
) -> Result<Option<(Provisioning, bool)>, ServiceError> {
    let Some(pcid) = &bundle.pcid else { return Ok(None) };
    let Some((car, foreign)) = pcp::car(caller, ecosystem, pcid, version).await? else {
        return Err(ServiceError::NotFound(texts::PROVISIONING_CERTIFICATE_NOT_AVAILABLE.to_owned()));
    };
    deposit::check_car_of(&mut ecosystem.store().read().await?, &bundle.emaid, &car.pcid).await?;
    Ok(Some((car, foreign)))
}
