//! Many ecosystems as one: a car of the first, its contract in the second, the station in the third. Then one lies, and one
//! goes down.

use std::path::Path;

use jiff::SignedDuration;
use opnc_client::vehicle::Vehicle;
use opnc_client::{ClientError, InstallationOptions};
use opnc_messages::cps::GenerateAndSignContractDataReq;
use opnc_messages::ids::{Emaid, SessionId};
use opnc_messages::{IsoVersion, RootType};
use opnc_pki::Clock;
use opnc_pki::key::sha256;
use rand::Rng;

use super::{car, charging};
use crate::demo::abroad::{Abroad, liar, make_peers, trust};
use crate::demo::cast::Cast;
use crate::demo::story::Story;
use crate::failure::Failure;

/// Two more ecosystems, and the agreement of three.
pub(crate) async fn meet(story: &mut Story, cast: &Cast, directory: &Path) -> Result<(Abroad, Abroad), Failure> {
    let two = Abroad::with_provider(directory, cast).await?;
    let three = Abroad::with_stations(directory, cast).await?;
    make_peers(cast, &two, &three).await?;
    let outcome = async {
        let (v2g, oem) = (RootType::V2g, cast.oem_pki.root.certificate());
        let (first, second, third) = (&cast.v2g_root, &two.v2g_root, &three.v2g_root);
        trust(&cast.admin, &[(second, v2g), (third, v2g)]).await?;
        two.trust(&[(second, v2g), (first, v2g), (third, v2g), (oem, RootType::Oem)]).await?;
        three.trust(&[(third, v2g), (first, v2g), (second, v2g), (oem, RootType::Oem)]).await?;
        let roots =
            [first, second, third].map(|root| root.fingerprint().to_string().chars().take(8).collect::<String>());
        Ok(((), format!("credentials both ways, members, and three V2G roots confirmed: {}…", roots.join("… "))))
    };
    story.step("Three operators", "make their ecosystems peers of each other", outcome.await)?;
    Ok((two, three))
}

/// A car of the first that holds all three V2G roots.
pub(crate) async fn car_of_one(
    story: &mut Story,
    cast: &mut Cast,
    two: &Abroad,
    three: &Abroad,
) -> Result<Vehicle, Failure> {
    let mut car = car::build(cast)?;
    car.v2g_roots.extend([two.v2g_root.clone(), three.v2g_root.clone()]);
    let outcome = car::publish_car(cast, &car).await;
    story.step("OEM A", "publishes a car in the first ecosystem", outcome)?;
    Ok(car)
}

/// The second ecosystem's provider finds it there, and has a contract made.
pub(crate) async fn contract_of_two(story: &mut Story, two: &Abroad, car: &Vehicle) -> Result<(), Failure> {
    let begins = two.launched.clock.now();
    let ends = begins.checked_add(SignedDuration::from_hours(365 * 24)).map_err(Failure::ecosystem)?;
    let emaid = Emaid::parse("FR-GGG-C00000001").map_err(Failure::ecosystem)?;
    let outcome = async {
        let found = two.party.get_provisioning_certificate(&car.pcid, None, None).await;
        let found = found.map_err(|error| error.to_string())?.provisioning_certificate;
        let leaf = found.provisioning_certificate_chain.certificate;
        if Some(leaf.as_bytes()) != car.chain.first().map(|leaf| leaf.der()) {
            return Err("the pool gave another certificate".to_owned());
        }
        let request = GenerateAndSignContractDataReq {
            contract_begins: begins,
            contract_ends: ends,
            emaid: emaid.clone(),
            pcid: car.pcid.clone(),
            iso_version: IsoVersion::Iso2,
            subscription_url: None,
            cps_v2g_root_fingerprint: Some(two.v2g_root.fingerprint()),
            emsp_root_fingerprint: None,
            meta_data: None,
        };
        two.party.generate_and_sign_contract_data(&request).await.map_err(|error| error.to_string())?;
        let hash: String = hex::encode(sha256(leaf.as_bytes())).chars().take(16).collect();
        Ok(((), format!("found in the first ecosystem ({hash}…), checked, and {emaid} made for it in the second")))
    };
    story.step("eMSP G", "asks in the second ecosystem for the car, and has a contract made", outcome.await)
}

/// A station of the third passes on what the car asks; the car makes every check.
pub(crate) async fn station_of_three(story: &mut Story, three: &Abroad, car: &Vehicle) -> Result<(), Failure> {
    let session = SessionId::parse("3D4CBF93374ED89C").map_err(Failure::ecosystem)?;
    let request = car.request_installation(&session).map_err(Failure::ecosystem)?;
    let mut challenge = [0; 16];
    rand::rng().fill_bytes(&mut challenge);
    let outcome = async {
        let options = InstallationOptions::default();
        let body = charging::body(&request);
        let asked = three.party.get_signed_contract_data_by_certificate_installation_req(&body, options).await;
        let answer = asked.map_err(|error| error.to_string())?;
        let [one] = answer.signed_contract_data_collection.as_slice() else {
            return Err("not exactly one contract came".to_owned());
        };
        let message = one.certificate_installation_res.as_bytes();
        let contract = car.accept(message, &session, three.launched.clock.now()).map_err(|error| error.to_string())?;
        let signature = contract.key.sign_raw(&challenge).map_err(|error| error.to_string())?;
        let leaf = contract.chain.first().ok_or("the contract has no certificate")?;
        leaf.public_key().verify_raw(&challenge, &signature).map_err(|error| error.to_string())?;
        Ok((
            (),
            format!("{} came from the second ecosystem; the car accepts it and signs with its key", contract.emaid),
        ))
    };
    story.step("CPO H", "sends the car's request from a station of the third ecosystem", outcome.await)
}

/// A peer says that it has a car, and shows a certificate of its own making.
pub(crate) async fn lie(story: &mut Story, cast: &mut Cast, two: &Abroad, directory: &Path) -> Result<Abroad, Failure> {
    let unknown = car::build(cast)?;
    let (liar, _) = liar(directory, cast, two, &unknown.pcid).await?;
    // Peers are read again after a few seconds.
    cast.launched.clock.advance(SignedDuration::from_secs(10));
    let outcome = match two.party.get_provisioning_certificate(&unknown.pcid, None, None).await {
        Ok(_) => Err("the forged certificate was passed on".to_owned()),
        Err(ClientError::Api { status: 502, body, .. }) => Ok((
            (),
            format!("the chain leads to no root of ours, so it goes no further: 502 {}", body.error_messages.join(" ")),
        )),
        Err(error) => Err(error.to_string()),
    };
    story.step("A peer that lies", "answers with a certificate of its own making", outcome)?;
    Ok(liar)
}

/// The ecosystem with the contract goes down: the answer comes all the same, in time, and says that it is not complete.
pub(crate) async fn down(story: &mut Story, two: Abroad, three: &Abroad, car: &Vehicle) -> Result<(), Failure> {
    two.launched.end().await;
    let session = SessionId::parse("00").map_err(Failure::ecosystem)?;
    let request = car.request_installation(&session).map_err(Failure::ecosystem)?;
    let body = charging::body(&request);
    let options = InstallationOptions { always_return_exi: Some(true), broadcast: None };
    let asked = three.party.get_signed_contract_data_by_certificate_installation_req(&body, options).await;
    let outcome = match asked {
        Ok(_) => Err("a contract came from nowhere".to_owned()),
        Err(ClientError::Api { status: 502, body, .. }) if body.signed_contract_data_collection.is_some() => {
            let words = body.error_messages.join(" ");
            Ok(((), format!("502, with an answer for the car: {words}")))
        }
        Err(error) => Err(error.to_string()),
    };
    story.step("CPO H", "asks again while the second ecosystem is down", outcome)
}
