//! The contracts: one made here for a provider without a PKI, one made by a provider itself, and the choice between them.

use jiff::SignedDuration;
use opnc_client::ContractDataFilter;
use opnc_client::vehicle::Vehicle;
use opnc_exi::iso2;
use opnc_messages::IsoVersion;
use opnc_messages::cps::GenerateAndSignContractDataReq;
use opnc_messages::ids::{Emaid, Pcid};
use opnc_pki::Clock;
use opnc_pki::certificate::Certificate;
use opnc_pki::contract::iso2 as contract;

use crate::demo::cast::Cast;
use crate::demo::story::{Outcome, Story};
use crate::ecosystem::own_contract;
use crate::failure::Failure;

/// A provider without a PKI asks for everything to be made.
pub(crate) async fn generate(story: &mut Story, cast: &Cast, car: &Vehicle) -> Result<(), Failure> {
    let emaid = cast.contract_of_d()?;
    let outcome = async {
        generate_for(cast, &car.pcid, &emaid, SignedDuration::from_hours(24 * 365)).await?;
        let filter = ContractDataFilter::default();
        let found = cast.emsp_d.get_contract_data_by_emaid(&emaid, filter).await.map_err(|error| error.to_string())?;
        match found.contract_data_collection.as_slice() {
            [one] if one.pcid == car.pcid && one.default_contract => {
                Ok(((), format!("EMAID {emaid} is in the CCP, as the car's first contract its default")))
            }
            _ => Err("the contract is not in the CCP".to_owned()),
        }
    };
    story.step("eMSP D", "has no PKI: asks the CPS to generate and sign", outcome.await)
}

/// Generates contract data that end so long from now.
pub(crate) async fn generate_for(cast: &Cast, pcid: &Pcid, emaid: &Emaid, lasting: SignedDuration) -> Outcome<()> {
    let now = cast.launched.clock.now();
    let request = GenerateAndSignContractDataReq {
        contract_begins: now,
        contract_ends: now.checked_add(lasting).map_err(|error| error.to_string())?,
        emaid: emaid.clone(),
        pcid: pcid.clone(),
        iso_version: IsoVersion::Iso2,
        subscription_url: None,
        cps_v2g_root_fingerprint: None,
        emsp_root_fingerprint: None,
        meta_data: None,
    };
    cast.emsp_d.generate_and_sign_contract_data(&request).await.map_err(|error| error.to_string())?;
    Ok(((), String::new()))
}

/// A provider with its own PKI makes the contract, wraps its key for the car, and has it signed and stored.
pub(crate) async fn sign(story: &mut Story, cast: &mut Cast, car: &Vehicle, leaf: &Certificate) -> Result<(), Failure> {
    let emaid = cast.contract_of_c()?;
    let now = cast.launched.clock.now();
    let request = own_contract(&cast.emsp_pki, &emaid, &car.pcid, leaf, now, &mut cast.rng)?;
    let outcome = async {
        let answer = cast.emsp_c.sign_contract_data(&request).await.map_err(|error| error.to_string())?;
        let exi = answer.signed_contract_data.certificate_installation_res;
        let message = iso2::decode(exi.as_bytes()).map_err(|error| error.to_string())?;
        let report = contract::verify_message(&message);
        if !report.is_ok() {
            return Err(report.to_string());
        }
        Ok((
            (),
            format!(
                "EMAID {emaid}: {} bytes of EXI, four digests and the signature of the CPS hold",
                exi.as_bytes().len()
            ),
        ))
    };
    story.step("eMSP C", "wraps a key of its own PKI for the car; the CPS signs and stores", outcome.await)
}

/// The carmaker chooses which one the car gets.
pub(crate) async fn choose(story: &mut Story, cast: &Cast, car: &Vehicle) -> Result<(), Failure> {
    let emaid = cast.contract_of_c()?;
    let outcome = async {
        let set = cast.oem_a.set_signed_contract_data_as_default(&emaid, &car.pcid).await;
        set.map_err(|error| error.to_string())?;
        let found = cast.oem_a.get_contract_data_by_pcid(&car.pcid, None).await.map_err(|error| error.to_string())?;
        let contracts = found.contract_data_collection;
        let defaults: Vec<_> = contracts.iter().filter(|one| one.default_contract).map(|one| &one.emaid).collect();
        if contracts.len() != 2 || defaults != [&emaid] {
            return Err(format!("{} contracts, of which {} are the default", contracts.len(), defaults.len()));
        }
        Ok(((), format!("2 contracts on the car, {emaid} is the default now")))
    };
    story.step("OEM A", "chooses the default contract", outcome.await)
}
