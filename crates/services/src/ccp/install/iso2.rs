//! A request of ISO 15118-2: answered with the car's default contract and no other.

use jiff::Timestamp;
use opnc_exi::iso2::{self, Body, X509IssuerSerial};
use opnc_messages::ccp::GetSignedContractDataRes;
use opnc_messages::{IsoVersion, SignedContractData, texts};
use opnc_pki::contract::iso2::{self as contract, RequestError};
use opnc_store::contracts::{self, Contract};

use super::super::elsewhere::chosen;
use super::super::failure::{Reason, Refusal};
use super::super::provide::in_session;
use super::super::{delivered, first_delivery, unreadable};
use super::car::Car;
use super::{Chosen, Installed, revoked, roots};
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
        iso2::decode(exi).map_err(|error| unreadable("certificateInstallationReq", exi, IsoVersion::Iso2, &error))?;
    if !matches!(message.body, Body::CertificateInstallationReq(_)) {
        return Err(other_message(&message.body));
    }
    let refusal = Refusal::to_iso2(&message.header, always_return_exi);

    let verified = ecosystem.timed("verify request", || contract::verify_request(&message)).map_err(|error| {
        let reason = match error {
            RequestError::Certificate(_) => Reason::CertificateChain,
            _ => Reason::Signature,
        };
        refusal.with(reason, format!("certificateInstallationReq : {error}"))
    })?;

    let anchors = ecosystem.trust_anchors().await?;
    let now = ecosystem.now();
    let mut reader = ecosystem.store().read().await?;
    let asking = (&verified.certificate, IsoVersion::Iso2);
    let car = Car::known(caller, ecosystem, &mut reader, asking, &refusal).await?;
    // The request carries the leaf alone.
    let path = car.check_chain(&verified.certificate, &[], &anchors, now, &refusal)?;
    if let Chosen::Here(one) = elsewhere {
        drop(reader);
        revoked::refuse(ecosystem, &anchors, &path, [], &refusal).await?;
        return Ok(these(vec![(**one).clone()]));
    }
    let mut found = contracts::of_car(&mut reader, &car.pcid).await?;
    found.retain(|contract| contract.iso == IsoVersion::Iso2);
    if let Chosen::Unasked = elsewhere
        && let Some(emaid) = chosen(ecosystem, &mut reader, &car.pcid, IsoVersion::Iso2).await?
    {
        if !found.iter().any(|contract| contract.emaid == emaid) {
            return Ok(Installed::Elsewhere(emaid));
        }
        found.iter_mut().for_each(|contract| contract.is_default = contract.emaid == emaid);
    }
    drop(reader);
    let has_own = !found.is_empty();
    let contract = choose(found, &verified.roots, &anchors, now, &refusal)
        .map_err(|error| if has_own { error.of_own_contract() } else { error })?;
    revoked::refuse(ecosystem, &anchors, &path, [&contract], &refusal).await?;
    let answer = in_session(&contract.message, &message.header.session_id)?;
    first_delivery::note(caller, ecosystem, &[&contract]).await;
    Ok(these(vec![delivered(&contract, answer, &anchors)]))
}

fn these(contracts: Vec<SignedContractData>) -> Installed {
    Installed::These(GetSignedContractDataRes { signed_contract_data_collection: contracts })
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

/// The car's default contract, in a form whose CPS the car can verify, if it can be used now (A8: never another one).
fn choose(
    mut found: Vec<Contract>,
    listed: &[X509IssuerSerial],
    anchors: &TrustAnchors,
    now: Timestamp,
    refusal: &Refusal,
) -> Result<Contract, ServiceError> {
    let none = |text: &str| refusal.with(Reason::NoContract, text);
    found.retain(|contract| contract.is_default);
    if found.is_empty() {
        return Err(none(texts::CONTRACT_NOT_FOUND));
    }
    found.retain(|contract| roots::trusted(&contract.cps_root, listed, anchors));
    // Of several that are signed under different roots, the one to use; where none can be, the latest says why.
    let Some(contract) = found.into_iter().max_by_key(|contract| (contract.is_valid_at(now), contract.updated_at))
    else {
        return Err(none("The car's contract is signed under a V2G root that is not among those the car lists."));
    };
    refusal.unless_valid(&contract, now)?;
    Ok(contract)
}
