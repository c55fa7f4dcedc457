//! A request of ISO 15118-20: answered with as many of the car's contracts as it takes, each in a response of its own.

use opnc_exi::iso20::{self, Body, X509IssuerSerial};
use opnc_messages::ccp::GetSignedContractDataRes;
use opnc_messages::ids::Pcid;
use opnc_messages::{IsoVersion, texts};
use opnc_pki::contract::iso20::{self as contract, Delivery, RequestError};
use opnc_store::Reader;
use opnc_store::contracts::{self, Contract};

use super::super::failure::{Reason, Refusal};
use super::super::provide::in_iso20_session;
use super::super::{delivered, first_delivery, unreadable};
use super::car::Car;
use super::choice::Choice;
use super::{revoked, roots, seconds};
use crate::anchors::TrustAnchors;
use crate::{Caller, Ecosystem, ServiceError};

pub(super) async fn install(
    caller: &Caller,
    ecosystem: &Ecosystem,
    exi: &[u8],
    always_return_exi: bool,
) -> Result<GetSignedContractDataRes, ServiceError> {
    let message =
        iso20::decode(exi).map_err(|error| unreadable("certificateInstallationReq", exi, IsoVersion::Iso20, &error))?;
    if !matches!(message.body, Body::CertificateInstallationReq(_)) {
        return Err(ServiceError::invalid(
            "certificateInstallationReq : the message is not a CertificateInstallationReq",
        ));
    }
    let now = ecosystem.now();
    let refusal = Refusal::to_iso20(&message.header, seconds(now), always_return_exi);

    let verified = ecosystem.timed("verify request", || contract::verify_request(&message)).map_err(|error| {
        let reason = match error {
            RequestError::Certificate(_) => Reason::CertificateChain,
            _ => Reason::Signature,
        };
        refusal.with(reason, format!("certificateInstallationReq : {error}"))
    })?;
    if verified.maximum == 0 {
        let text = "MaximumContractCertificateChains : is 0, so nothing can be answered; a car asks for at least one";
        return Err(refusal.with(Reason::Request, text));
    }

    let anchors = ecosystem.trust_anchors().await?;
    let mut reader = ecosystem.store().read().await?;
    let asking = (&verified.certificate, IsoVersion::Iso20);
    let car = Car::known(caller, ecosystem, &mut reader, asking, &refusal).await?;
    let path = car.check_chain(&verified.certificate, &verified.chain, &anchors, now, &refusal)?;
    let found = deliverable(&mut reader, &car.pcid, &verified.roots, &anchors, &refusal).await?;
    let chosen = Choice::of(found, &verified.prioritized_emaids, now).made().or_else(|unusable| {
        refusal.unless_valid(&unusable, now)?;
        Err(refusal.with(Reason::NoContract, texts::CONTRACT_NOT_FOUND))
    })?;
    drop(reader);
    let delivered_now = chosen.iter().take(usize::from(verified.maximum));
    revoked::refuse(ecosystem, &anchors, &path, delivered_now, &refusal).await?;
    let all = chosen.len();
    let mut collection = Vec::new();
    let sent: Vec<_> = chosen.iter().take(usize::from(verified.maximum)).collect();
    for (position, contract) in sent.iter().enumerate() {
        let remaining = u8::try_from(all - position - 1).unwrap_or(u8::MAX);
        let delivery = Delivery { session_id: verified.session_id, timestamp: seconds(now), remaining };
        let answer = in_iso20_session(&contract.message, delivery)?;
        collection.push(delivered(contract, answer, &anchors));
    }
    first_delivery::note(caller, ecosystem, &sent).await;
    Ok(GetSignedContractDataRes { signed_contract_data_collection: collection })
}

/// The car's contract data whose CPS the car can verify, the oldest first.
async fn deliverable(
    reader: &mut Reader,
    car: &Pcid,
    listed: &[X509IssuerSerial],
    anchors: &TrustAnchors,
    refusal: &Refusal,
) -> Result<Vec<Contract>, ServiceError> {
    let mut found = contracts::of_car(reader, car).await?;
    found.retain(|contract| contract.iso == IsoVersion::Iso20);
    if found.is_empty() {
        return Err(refusal.with(Reason::NoContract, texts::CONTRACT_NOT_FOUND));
    }
    found.retain(|contract| roots::trusted(&contract.cps_root, listed, anchors));
    if found.is_empty() {
        let text = "The car's contracts are signed under V2G roots that are not among those the car lists.";
        return Err(refusal.with(Reason::NoContract, text));
    }
    Ok(found)
}
