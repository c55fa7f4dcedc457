//! The good case, in both directions of every read.

use opnc_messages::Role;
use opnc_test_util::calls::send;
use serde_json::json;

use super::{CAR, CONTRACT, Three};

#[tokio::test]
async fn a_car_of_one_with_a_contract_of_two_at_a_station_of_three() {
    let mut three = Three::begin().await;
    let car = three.car(CAR).await;
    // The eMSP of the second finds the car of the first, and its CPS encrypts for it.
    let found = three.two.ecosystem.call_named("eMSP G", "GET", &provisioning(CAR), None).await;
    assert_eq!(found.status, 200, "{}", found.text);
    let own = three.one.get(Role::Oem, &provisioning(CAR)).await;
    assert_eq!(found.json()["provisioningCertificate"], own.json()["provisioningCertificate"]);
    let known = three.two.ecosystem.call_named("eMSP G", "GET", &look_up(CAR), None).await;
    assert_eq!(known.status, 200, "{}", known.text);
    three.contract(CONTRACT, CAR).await;

    // The station of the third knows neither, and the car gets what it accepts.
    assert_eq!(three.three.installed(&car.vehicle).await, CONTRACT);
    // So does a station of the second, from its own pool.
    assert_eq!(three.two.installed(&car.vehicle).await, CONTRACT);

    // The OEM finds the contract from its own ecosystem.
    let by_pcid = three.one.get(Role::Oem, &format!("/opnc/v1/ccp/contractData/pcid/{CAR}")).await;
    assert_eq!(by_pcid.status, 200, "{}", by_pcid.text);
    assert_eq!(by_pcid.json()["contractDataCollection"][0]["emaid"], CONTRACT);
    let path = format!("/opnc/v1/ccp/signedcontractdata/{CONTRACT}/{CAR}?sessionID=0102030405060708");
    let fetched = three.one.get(Role::Oem, &path).await;
    assert_eq!(fetched.status, 200, "{}", fetched.text);
    let contract = three.one.accept(&car.vehicle, &fetched, "0102030405060708").unwrap();
    assert_eq!(contract.emaid.to_string(), CONTRACT);
}

#[tokio::test]
async fn what_nobody_has_is_404_and_a_car_of_a_moment_ago_is_found() {
    let mut three = Three::begin().await;
    let answer = three.two.ecosystem.call_named("eMSP G", "GET", &provisioning(CAR), None).await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    assert!(!answer.text.contains("One"), "names of peers are nobody's business");
    three.car(CAR).await;
    // Remembered for five seconds, and no longer.
    let again = three.two.ecosystem.call_named("eMSP G", "GET", &provisioning(CAR), None).await;
    assert_eq!(again.status, 404, "{}", again.text);
    three.two.ecosystem.clock.advance(5);
    let again = three.two.ecosystem.call_named("eMSP G", "GET", &provisioning(CAR), None).await;
    assert_eq!(again.status, 200, "{}", again.text);
}

/// F1: the two services mean opposite things by the same header.
#[tokio::test]
async fn the_caller_may_keep_a_question_here() {
    let mut three = Three::begin().await;
    let car = three.car(CAR).await;
    three.contract(CONTRACT, CAR).await;
    let emsp = three.two.ecosystem.party_named("eMSP G").clone();
    for (broadcast, status) in [(None, 200), (Some("false"), 200), (Some("true"), 404)] {
        let mut request = three.two.ecosystem.request_as(&emsp, "GET", &provisioning(CAR)).await;
        if let Some(value) = broadcast {
            request = request.header("broadcast", value);
        }
        assert_eq!(send(request).await.status, status, "PCP, {broadcast:?}");
    }
    let exi = car.vehicle.request_installation(&opnc_test_util::session_id("A1B2")).unwrap();
    let body = json!({
        "certificateInstallationReq": base64::Engine::encode(&base64::prelude::BASE64_STANDARD, exi),
        "xsdMsgDefNamespace": opnc_test_util::ISO2,
    });
    let cpo = three.three.ecosystem.party(Role::Cpo).clone();
    for (broadcast, status) in [(None, 200), (Some("true"), 200), (Some("false"), 404)] {
        let path = "/opnc/v1/ccp/signedcontractdata";
        let mut request = three.three.ecosystem.request_as(&cpo, "POST", path).await.json(&body);
        if let Some(value) = broadcast {
            request = request.header("broadcast", value);
        }
        assert_eq!(send(request).await.status, status, "CCP, {broadcast:?}");
    }
}

/// A caller can name the party whose pool is meant.
#[tokio::test]
async fn a_question_goes_straight_to_the_pool_of_the_named_party() {
    let mut three = Three::begin().await;
    three.car(CAR).await;
    let emsp = three.two.ecosystem.party_named("eMSP G").clone();
    let ask = async |kind: &str, id: &str| {
        let request = three.two.ecosystem.request_as(&emsp, "GET", &look_up(CAR)).await;
        send(request.header("OPNC-to-party-type", kind).header("OPNC-to-party-id", id)).await.status
    };
    // The third speaks for this operator alone, and has no such car; nor has the second itself.
    assert_eq!(ask("cpo", "DECPB").await, 404);
    assert_eq!(ask("emsp", "DEGGG").await, 404);
    assert_eq!(ask("oem", "!").await, 400);
    assert_eq!(ask("oem", "WZZ").await, 400, "nobody speaks for that party");
}

#[tokio::test]
async fn cps_certificates_are_those_of_all() {
    let three = Three::begin().await;
    let answer = three.one.get(Role::Oem, "/opnc/v1/cps/cpsCertificates").await;
    let all = answer.json()["cpsCertificateDataCollection"].as_array().unwrap().clone();
    let roots: std::collections::BTreeSet<_> =
        all.iter().map(|one| one["cpsV2GRootCertificateFingerprint"].to_string()).collect();
    assert_eq!(roots.len(), 3, "{}", answer.text);
}

pub(super) fn provisioning(pcid: &str) -> String {
    format!("/opnc/v1/pcp/provisioningcertificates/{pcid}")
}

pub(super) fn look_up(pcid: &str) -> String {
    format!("/opnc/v1/pcp/lookupvehicle/{pcid}")
}
