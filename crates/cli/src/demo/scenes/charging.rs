//! At the station: the car asks, checks, unwraps and proves itself; and the way around the station, through its maker.

use opnc_client::vehicle::Vehicle;
use opnc_client::{InstallationOptions, OfflineInstallation};
use opnc_messages::ccp::GetSignedContractDataReq;
use opnc_messages::ids::SessionId;
use opnc_messages::{Base64Bytes, IsoVersion};
use opnc_pki::Clock;
use opnc_pki::contract::iso2::Contract;
use rand::Rng;

use crate::demo::cast::Cast;
use crate::demo::story::Story;
use crate::failure::Failure;

/// A request and its answer.
pub(crate) struct Installation {
    /// The session of both.
    pub(crate) session: SessionId,
    /// The car's `CertificateInstallationReq`.
    pub(crate) request: Vec<u8>,
    /// The `CertificateInstallationRes`.
    pub(crate) response: Vec<u8>,
}

/// The station's backend passes the car's request on and gets the answer for it.
pub(crate) async fn install(story: &mut Story, cast: &Cast, car: &Vehicle) -> Result<Installation, Failure> {
    let session = SessionId::parse("3D4CBF93374ED89B").map_err(Failure::ecosystem)?;
    let request = car.request_installation(&session).map_err(Failure::ecosystem)?;
    let outcome = async {
        let body = body(&request);
        let options = InstallationOptions::default();
        let answer = cast
            .cpo_b
            .get_signed_contract_data_by_certificate_installation_req(&body, options)
            .await
            .map_err(|error| error.to_string())?;
        let [one] = answer.signed_contract_data_collection.as_slice() else {
            return Err("not exactly one contract came".to_owned());
        };
        let response = one.certificate_installation_res.as_bytes().to_vec();
        let proved =
            format!("{} bytes asked, {} bytes answered: contract {}", request.len(), response.len(), one.emaid);
        Ok((Installation { session, request: request.clone(), response }, proved))
    };
    story.step("CPO B", "sends the request that the car signed", outcome.await)
}

/// The body that carries a car's request.
pub(crate) fn body(request: &[u8]) -> GetSignedContractDataReq {
    GetSignedContractDataReq {
        certificate_installation_req: Base64Bytes::from(request.to_vec()),
        iso_version: IsoVersion::Iso2,
        meta_data: None,
    }
}

/// The carmaker's backend fetches the same contract, to send it to the car by air.
pub(crate) async fn fetch_by_air(
    story: &mut Story,
    cast: &Cast,
    car: &Vehicle,
    installation: &Installation,
) -> Result<(), Failure> {
    let emaid = cast.contract_of_c()?;
    let outcome = async {
        let wanted = OfflineInstallation { session_id: Some(installation.session.clone()), ..Default::default() };
        let answer = cast
            .oem_a
            .get_signed_contract_data_by_emaid_and_pcid(&emaid, &car.pcid, &wanted)
            .await
            .map_err(|error| error.to_string())?;
        match answer.signed_contract_data_collection.as_slice() {
            [one] if one.certificate_installation_res.as_bytes() == installation.response => {
                Ok(((), "byte for byte what the station was given for the same session".to_owned()))
            }
            _ => Err("the message differs from the one that the station was given".to_owned()),
        }
    };
    story.step("OEM A", "fetches the same contract by EMAID and PCID", outcome.await)
}

/// The car makes every check of the standard, unwraps its key and signs a challenge with it.
pub(crate) fn accept(
    story: &mut Story,
    cast: &Cast,
    car: &Vehicle,
    installation: &Installation,
) -> Result<Contract, Failure> {
    let mut challenge = [0; 16];
    rand::rng().fill_bytes(&mut challenge);
    let outcome = car
        .accept(&installation.response, &installation.session, cast.launched.clock.now())
        .map_err(|error| error.to_string())
        .and_then(|contract| {
            let signature = contract.key.sign_raw(&challenge).map_err(|error| error.to_string())?;
            let leaf = contract.chain.first().ok_or("the contract has no certificate")?;
            leaf.public_key().verify_raw(&challenge, &signature).map_err(|error| error.to_string())?;
            let proved = "four digests, signature and chain of the CPS, contract chain; the key unwrapped, \
                          and a challenge signed with it verifies";
            Ok((contract, proved.to_owned()))
        });
    story.step("The car", "checks all of it, unwraps its key and signs a challenge", outcome)
}
