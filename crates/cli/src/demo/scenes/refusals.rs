//! What must not happen, and how it is answered.

use jiff::SignedDuration;
use opnc_client::vehicle::Vehicle;
use opnc_client::{ClientError, InstallationOptions};
use opnc_exi::iso2::{self, Body};
use opnc_messages::ids::{Emaid, SessionId};

use super::{car, charging, contracts};
use crate::demo::cast::Cast;
use crate::demo::story::{Outcome, Story};
use crate::failure::Failure;

/// A provider cannot touch the contract of another.
pub(crate) async fn wrong_emsp(story: &mut Story, cast: &Cast) -> Result<(), Failure> {
    let deleted = cast.emsp_d.delete_signed_contract_data_by_emaid(&cast.contract_of_c()?, false).await;
    let outcome = match deleted {
        Err(ClientError::Api { status: 403, body, .. }) => Ok(((), format!("403: {}", body.error_messages.join(" ")))),
        Err(error) => Err(error.to_string()),
        Ok(_) => Err("it was deleted".to_owned()),
    };
    story.step("eMSP D", "tries to delete the contract of eMSP C", outcome)
}

/// A request that was changed on its way is not the car's any more.
pub(crate) async fn tampered(story: &mut Story, cast: &Cast, car: &Vehicle) -> Result<(), Failure> {
    let mut request = car.request_installation(&session()?).map_err(Failure::ecosystem)?;
    // Twenty bytes before the end stands the number of a root that the car says it trusts.
    let place = request.len().saturating_sub(20);
    if let Some(byte) = request.get_mut(place) {
        *byte ^= 0x10;
    }
    let outcome = refused(cast, &request, 400, "FAILED_SignatureError").await;
    story.step("CPO B", "sends a request with one bit changed", outcome)
}

/// A car that its maker has not published.
pub(crate) async fn unknown_car(story: &mut Story, cast: &mut Cast) -> Result<(), Failure> {
    let stranger = car::build(cast)?;
    let request = stranger.request_installation(&session()?).map_err(Failure::ecosystem)?;
    let outcome = refused(cast, &request, 404, "FAILED_NoCertificateAvailable").await;
    story.step("CPO B", "sends the request of a car that nobody published", outcome)
}

/// A contract that has ended is not replaced by whatever else there is; the car is told.
pub(crate) async fn expired(story: &mut Story, cast: &mut Cast) -> Result<(), Failure> {
    let car = car::build(cast)?;
    let emaid = Emaid::parse("DE-DDD-C00000003").map_err(Failure::ecosystem)?;
    let month = SignedDuration::from_hours(24 * 30);
    car::publish_car(cast, &car).await.map_err(Failure::Ecosystem)?;
    contracts::generate_for(cast, &car.pcid, &emaid, month).await.map_err(Failure::Ecosystem)?;
    cast.launched.clock.advance(month.saturating_add(SignedDuration::from_hours(24)));
    let request = car.request_installation(&session()?).map_err(Failure::ecosystem)?;
    let outcome = refused(cast, &request, 400, "FAILED_CertificateExpired").await;
    story.step("CPO B", "sends a car's request a day after its contract ended", outcome)
}

/// Sends a request that must be refused with this status, and with this code in the answer for the car.
async fn refused(cast: &Cast, request: &[u8], expected: u16, code: &str) -> Outcome<()> {
    let options = InstallationOptions { always_return_exi: Some(true), broadcast: None };
    let body = charging::body(request);
    match cast.cpo_b.get_signed_contract_data_by_certificate_installation_req(&body, options).await {
        Ok(_) => Err("it was answered with a contract".to_owned()),
        Err(ClientError::Api { status, body, .. }) => {
            let failed = body.signed_contract_data_collection.as_deref().and_then(<[_]>::first);
            let exi = failed.ok_or("no answer for the car came with it")?.certificate_installation_res.as_bytes();
            let message = iso2::decode(exi).map_err(|error| error.to_string())?;
            let told = match &message.body {
                Body::CertificateInstallationRes(response) => response.response_code.as_str(),
                _ => "another message",
            };
            let words = format!("{status}, the car is told {told}: {}", body.error_messages.join(" "));
            if status == expected && told == code { Ok(((), words)) } else { Err(words) }
        }
        Err(error) => Err(error.to_string()),
    }
}

fn session() -> Result<SessionId, Failure> {
    SessionId::parse("00").map_err(Failure::ecosystem)
}
