//! A request of ISO 15118-20: answered with as many of the car's contracts as it takes, each in a response of its own.

use opnc_exi::iso20::{self, Body, X509IssuerSerial};
use opnc_messages::ccp::GetSignedContractDataRes;
use opnc_messages::ids::Emaid;
use opnc_messages::{IsoVersion, SignedContractData, texts};
use opnc_pki::contract::iso20::{self as contract, Delivery, RequestError};
use opnc_store::contracts::{self, Contract};

use super::super::elsewhere::chosen;
use super::super::failure::{Reason, Refusal};
use super::super::provide::in_iso20_session;
use super::super::{delivered, first_delivery, unreadable};
use super::car::Car;
use super::choice::Choice;
use super::{Chosen, Installed, revoked, roots, seconds};
use crate::anchors::TrustAnchors;
use crate::{Caller, Ecosystem, ServiceError};

pub(super) async fn install(
    caller: &Caller,
    ecosystem: &Ecosystem,
    exi: &[u8],
    always_return_exi: bool,
    elsewhere: &Chosen,
) -> Result<Installed, ServiceError> {
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
    let mut found = contracts::of_car(&mut reader, &car.pcid).await?;
    found.retain(|contract| contract.iso == IsoVersion::Iso20);
    let from_elsewhere = match elsewhere {
        Chosen::Here(one) => Some(&**one),
        Chosen::Gone => None,
        Chosen::Unasked => match chosen(ecosystem, &mut reader, &car.pcid, IsoVersion::Iso20).await? {
            Some(emaid) if found.iter().all(|contract| contract.emaid != emaid) => {
                return Ok(Installed::Elsewhere(emaid));
            }
            Some(emaid) => {
                found.iter_mut().for_each(|contract| contract.is_default = contract.emaid == emaid);
                None
            }
            None => None,
        },
    };
    drop(reader);
    let preferred = &verified.prioritized_emaids;
    let own = if from_elsewhere.is_some() {
        // That is the default, whatever becomes of those here.
        found.iter_mut().for_each(|contract| contract.is_default = false);
        let found = deliverable(found, &verified.roots, &anchors, &refusal).unwrap_or_default();
        Choice::of(found, preferred, now).made().unwrap_or_default()
    } else {
        let has_own = !found.is_empty();
        let chosen = deliverable(found, &verified.roots, &anchors, &refusal).and_then(|found| {
            Choice::of(found, preferred, now).made().or_else(|unusable| {
                refusal.unless_valid(&unusable, now)?;
                Err(refusal.with(Reason::NoContract, texts::CONTRACT_NOT_FOUND))
            })
        });
        chosen.map_err(|error| if has_own { error.of_own_contract() } else { error })?
    };
    let all = in_order(&own, from_elsewhere, preferred);
    let sent = all.get(..all.len().min(verified.maximum.into())).unwrap_or_default();
    let own_sent: Vec<_> = sent
        .iter()
        .filter_map(|one| match one {
            One::Own(contract) => Some(*contract),
            One::Elsewhere(_) => None,
        })
        .collect();
    revoked::refuse(ecosystem, &anchors, &path, own_sent.iter().copied(), &refusal).await?;
    let mut collection = Vec::new();
    for (position, one) in sent.iter().enumerate() {
        let remaining = u8::try_from(all.len() - position - 1).unwrap_or(u8::MAX);
        let delivery = Delivery { session_id: verified.session_id, timestamp: seconds(now), remaining };
        collection.push(match one {
            One::Own(contract) => delivered(contract, in_iso20_session(&contract.message, delivery)?, &anchors),
            One::Elsewhere(one) => {
                let message = in_iso20_session(one.certificate_installation_res.as_bytes(), delivery)?;
                SignedContractData { certificate_installation_res: message.into(), ..(*one).clone() }
            }
        });
    }
    first_delivery::note(caller, ecosystem, &own_sent).await;
    Ok(Installed::These(GetSignedContractDataRes { signed_contract_data_collection: collection }))
}

/// A contract that the car gets.
#[derive(Clone, Copy)]
enum One<'a> {
    Own(&'a Contract),
    Elsewhere(&'a SignedContractData),
}

/// Our own contracts, which are in order, and the default from elsewhere: behind what the car prefers to it.
fn in_order<'a>(own: &'a [Contract], elsewhere: Option<&'a SignedContractData>, preferred: &[String]) -> Vec<One<'a>> {
    let preferred: Vec<_> = preferred.iter().filter_map(|emaid| Emaid::parse(emaid).ok()).collect();
    let rank = |emaid: &Emaid| preferred.iter().position(|one| one == emaid).unwrap_or(usize::MAX);
    let mut all: Vec<_> = own.iter().map(One::Own).collect();
    if let Some(one) = elsewhere {
        let before = own.iter().take_while(|contract| rank(&contract.emaid) < rank(&one.emaid)).count();
        all.insert(before, One::Elsewhere(one));
    }
    all
}

/// The car's contract data whose CPS the car can verify, the oldest first.
fn deliverable(
    mut found: Vec<Contract>,
    listed: &[X509IssuerSerial],
    anchors: &TrustAnchors,
    refusal: &Refusal,
) -> Result<Vec<Contract>, ServiceError> {
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
