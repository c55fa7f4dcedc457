//! GetSignedContractDataByCertificateInstallationReq: a car at a charging station asks for its contract.

use jiff::Timestamp;
use opnc_exi::iso2::{self, Body, ResponseCode, X509IssuerSerial};
use opnc_messages::ccp::{GetSignedContractDataReq, GetSignedContractDataRes};
use opnc_messages::ids::{Pcid, SerialNumber};
use opnc_messages::{IsoVersion, texts};
use opnc_pki::certificate::Certificate;
use opnc_pki::chain::{self, ChainErrorKind, Purpose};
use opnc_pki::contract::iso2::{self as contract, RequestError};
use opnc_pki::key::sha256;
use opnc_store::certificates;
use opnc_store::contracts::{self, Contract};
use opnc_store::{Reader, provisioning};

use super::delivered;
use super::failure::Refusal;
use super::provide::in_session;
use crate::anchors::TrustAnchors;
use crate::{Caller, Ecosystem, ServiceError, chains, pcp};

/// GetSignedContractDataByCertificateInstallationReq: checks the car's request and answers with its default contract.
///
/// # Errors
/// [`ServiceError::Invalid`] for what is no readable request, [`ServiceError::Installation`] for one that is refused.
pub async fn install(
    caller: &Caller,
    ecosystem: &Ecosystem,
    request: GetSignedContractDataReq,
    always_return_exi: bool,
) -> Result<GetSignedContractDataRes, ServiceError> {
    ecosystem.misses().check(caller, ecosystem.now())?;
    let message = read(&request)?;
    if !matches!(message.body, Body::CertificateInstallationReq(_)) {
        return Err(other_message(&message.body));
    }
    let refusal = Refusal::to(&message.header, always_return_exi);

    let verified = contract::verify_request(&message).map_err(|error| {
        let code = match error {
            RequestError::Certificate(_) => ResponseCode::FailedCertChainError,
            _ => ResponseCode::FailedSignatureError,
        };
        refusal.with(code, format!("certificateInstallationReq : {error}"))
    })?;
    let leaf = verified.certificate;
    let pcid =
        pcp::pcid_of(&leaf).map_err(|error| refusal.with(ResponseCode::FailedCertChainError, error.to_string()))?;

    let anchors = ecosystem.trust_anchors().await?;
    let mut reader = ecosystem.store().read().await?;
    let Some(car) = Car::find(&mut reader, &pcid).await? else {
        ecosystem.misses().note(caller, ecosystem.now());
        return Err(refusal.with(ResponseCode::FailedNoCertificateAvailable, texts::PROVISIONING_CERTIFICATE_NOT_FOUND));
    };
    if sha256(&leaf.public_key().to_spki()) != car.public_key_hash {
        // Anybody can make a certificate with any PCID: this is how one would guess which cars there are.
        ecosystem.misses().note(caller, ecosystem.now());
        let text =
            "OEMProvisioningCert : has another key than the provisioning certificate that is published for this car";
        return Err(refusal.with(ResponseCode::FailedCertChainError, text));
    }
    check_chain(&leaf, &car, &anchors, ecosystem.now(), &refusal)?;
    let contract = choose(&mut reader, &car.pcid, &verified.roots, &anchors, ecosystem.now(), &refusal).await?;
    let answer = in_session(&contract.message, &message.header.session_id)?;
    Ok(GetSignedContractDataRes { signed_contract_data_collection: vec![delivered(&contract, answer, &anchors)] })
}

fn read(request: &GetSignedContractDataReq) -> Result<iso2::Message, ServiceError> {
    if request.iso_version != IsoVersion::Iso2 {
        return Err(ServiceError::invalid(
            "xsdMsgDefNamespace : requests of ISO 15118-20 are not served here yet; use urn:iso:15118:2:2013:MsgDef",
        ));
    }
    iso2::decode(request.certificate_installation_req.as_bytes()).map_err(|error| {
        ServiceError::Invalid(vec![texts::EXI_INVALID.to_owned(), format!("certificateInstallationReq : {error}")])
    })
}

fn other_message(body: &Body) -> ServiceError {
    ServiceError::invalid(match body {
        Body::CertificateUpdateReq(_) => {
            "A CertificateUpdateReq cannot be answered: the new contract key would have to be encrypted with the old one, \
             which only its owner holds. Send a CertificateInstallationReq instead."
        }
        _ => "certificateInstallationReq : the message is not a CertificateInstallationReq",
    })
}

/// What is known of the car that asks.
struct Car {
    pcid: Pcid,
    /// SHA-256 of the public key that its contract keys are encrypted for.
    public_key_hash: [u8; 32],
    /// As published here, or as kept with a contract of a car published elsewhere.
    sub_cas: Vec<Certificate>,
}

impl Car {
    async fn find(reader: &mut Reader, pcid: &Pcid) -> Result<Option<Self>, ServiceError> {
        if let Some(record) = provisioning::find(reader, pcid, IsoVersion::Iso2).await? {
            let sub_cas = record.sub_cas().map(chains::kept).collect::<Result<_, _>>()?;
            return Ok(Some(Self { pcid: record.pcid, public_key_hash: record.public_key_hash, sub_cas }));
        }
        for contract in contracts::of_pcid(reader, pcid).await? {
            if let Some(chain) = &contract.provisioning_chain {
                let kept = certificates::get_all(reader, chain).await?;
                let sub_cas = kept.iter().map(chains::kept).collect::<Result<_, _>>()?;
                let public_key_hash = contract.provisioning_key_hash;
                return Ok(Some(Self { pcid: contract.pcid, public_key_hash, sub_cas }));
            }
        }
        Ok(None)
    }
}

/// The request carries the leaf alone, the car's known one or a renewal of it with the same key: it must chain to an OEM or
/// V2G root over the sub CAs that are known.
fn check_chain(
    leaf: &Certificate,
    car: &Car,
    anchors: &TrustAnchors,
    now: Timestamp,
    refusal: &Refusal,
) -> Result<(), ServiceError> {
    match chain::verify(leaf, &car.sub_cas, &anchors.provisioning, Purpose::Provisioning, now) {
        Ok(_) => Ok(()),
        Err(error) => {
            let code = match error.kind() {
                ChainErrorKind::Expired => ResponseCode::FailedCertificateExpired,
                _ => ResponseCode::FailedCertChainError,
            };
            Err(refusal.with(code, format!("OEMProvisioningCert : {error}")))
        }
    }
}

/// The car's default contract, in a form whose CPS the car can verify, if it can be used now (A8: never another one).
async fn choose(
    reader: &mut Reader,
    car: &Pcid,
    listed: &[X509IssuerSerial],
    anchors: &TrustAnchors,
    now: Timestamp,
    refusal: &Refusal,
) -> Result<Contract, ServiceError> {
    let none = |text: &str| refusal.with(ResponseCode::FailedNoCertificateAvailable, text);
    let mut found = contracts::of_car(reader, car).await?;
    found.retain(|contract| contract.iso == IsoVersion::Iso2 && contract.is_default);
    if found.is_empty() {
        return Err(none(texts::CONTRACT_NOT_FOUND));
    }
    found.retain(|contract| {
        let root = anchors.by_fingerprint.get(&contract.cps_root);
        root.is_some_and(|root| listed.iter().any(|id| names(id, root)))
    });
    // Of several that are signed under different roots, the one to use; where none can be, the latest says why.
    let Some(contract) = found.into_iter().max_by_key(|contract| (contract.is_valid_at(now), contract.updated_at))
    else {
        return Err(none("The car's contract is signed under a V2G root that is not among those the car lists."));
    };
    if contract.not_after < now {
        let text = format!("The contract certificate expired on {}.", contract.not_after);
        return Err(refusal.with(ResponseCode::FailedCertificateExpired, text));
    }
    if contract.cps_not_after < now {
        let text = format!("The certificate of the CPS that signed expired on {}.", contract.cps_not_after);
        return Err(refusal.with(ResponseCode::FailedCertificateExpired, text));
    }
    if contract.not_before > now {
        return Err(none(&format!("The contract certificate is not valid before {}.", contract.not_before)));
    }
    Ok(contract)
}

/// Whether a car's list entry means this root. Cars write the name of one root in many ways, so a serial number that is
/// long enough to be unique decides alone.
fn names(listed: &X509IssuerSerial, root: &Certificate) -> bool {
    const UNIQUE: usize = 8;
    let serial = SerialNumber::from_bytes(root.serial());
    !listed.serial_number.is_negative()
        && SerialNumber::from_bytes(listed.serial_number.magnitude()) == serial
        && (serial.as_bytes().len() >= UNIQUE || root.issuer().is_written(&listed.issuer_name))
}
