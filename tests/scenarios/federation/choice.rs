//! F3: the OEM chooses, in the pool that it calls, a contract that lies in the pool of another ecosystem.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_client::vehicle::Vehicle20;
use opnc_messages::{Role, RootType};
use opnc_pki::Clock;
use opnc_pki::contract::iso20::{Asked, KeyIdForm};
use opnc_pki::hierarchy::{Domain, Hierarchy};
use opnc_pki::key::Algorithm;
use opnc_pki::profile::PROVISIONING;
use opnc_services::bootstrap;
use opnc_services::peers::{self, OwnCredentials};
use opnc_test_util::calls::{Answer, send};
use opnc_test_util::federation::{new_peer, operator};
use opnc_test_util::{Behaviour, Car, World, generate_body, provisioning_body, session_id};
use serde_json::{Value, json};

use super::hostile::peer;
use super::{CAR, CONTRACT, Three, owned};

/// A contract in the first ecosystem, where the car is published.
const OWN: &str = "DEDDDC00000001";
const SESSION: &str = "0102030405060708";
const SECOND: &str = "DEGGG000000002";

/// A car with a contract in its own ecosystem, which is its default, and one in the second.
async fn car_of_two_contracts() -> (Three, Car) {
    let mut three = Three::begin().await;
    let car = three.car(CAR).await;
    assert_eq!(three.one.generate(OWN, CAR).await.status, 201);
    three.contract(CONTRACT, CAR).await;
    assert_eq!(installed(&three.one, &car).await, OWN);
    (three, car)
}

/// What CPO E gets for a car at its station.
async fn install(world: &World, car: &Car) -> Answer {
    let exi = car.vehicle.request_installation(&session_id(SESSION)).unwrap();
    let body = json!({
        "certificateInstallationReq": BASE64_STANDARD.encode(exi), "xsdMsgDefNamespace": opnc_test_util::ISO2,
    });
    world.ecosystem.call_named("CPO E", "POST", "/opnc/v1/ccp/signedcontractdata", Some(&body)).await
}

async fn installed(world: &World, car: &Car) -> String {
    let answer = install(world, car).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    world.accept(&car.vehicle, &answer, SESSION).unwrap().emaid.to_string()
}

fn of_car() -> String {
    format!("/opnc/v1/ccp/contractData/pcid/{CAR}")
}

/// What the OEM is told: each contract, and whether it is the default.
async fn listed(world: &World) -> Vec<(String, bool)> {
    let answer = world.get(Role::Oem, &of_car()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    let all = body["contractDataCollection"].as_array().unwrap().iter();
    let mut all: Vec<_> = all.map(|one| (text(&one["emaid"]), one["defaultContract"] == json!(true))).collect();
    all.sort();
    all
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn marked(pairs: &[(&str, bool)]) -> Vec<(String, bool)> {
    pairs.iter().map(|(emaid, is_default)| ((*emaid).to_owned(), *is_default)).collect()
}

/// What is remembered of peers is forgotten.
fn later(three: &Three) {
    for world in [&three.one, &three.two, &three.three] {
        world.ecosystem.clock.advance(31);
    }
}

#[tokio::test]
async fn a_contract_of_another_ecosystem_becomes_the_default_and_stops_being_it() {
    let (three, car) = car_of_two_contracts().await;
    assert_eq!(listed(&three.one).await, marked(&[(OWN, true), (CONTRACT, false)]));
    let chosen = three.one.set_default(CONTRACT, CAR).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text);
    // The car gets it at home and elsewhere, and everybody is told of one default.
    assert_eq!(installed(&three.one, &car).await, CONTRACT);
    assert_eq!(three.three.installed(&car.vehicle).await, CONTRACT);
    assert_eq!(listed(&three.one).await, marked(&[(OWN, false), (CONTRACT, true)]));
    let own = three.one.ecosystem.call_named("eMSP D", "GET", "/opnc/v1/ccp/contractData/emaid/DEDDDC00000001", None);
    assert_eq!(own.await.json()["contractDataCollection"][0]["defaultContract"], json!(false));
    // Another choice of the OEM takes its place.
    assert_eq!(three.one.set_default(OWN, CAR).await.status, 200);
    assert_eq!(installed(&three.one, &car).await, OWN);
    assert_eq!(listed(&three.one).await, marked(&[(OWN, true), (CONTRACT, false)]));
    // So does the end of the car's life with its owner.
    assert_eq!(three.one.set_default(CONTRACT, CAR).await.status, 200);
    assert_eq!(three.one.delete(Role::Oem, &of_car()).await.status, 200);
    assert_eq!(three.one.generate(OWN, CAR).await.status, 201);
    assert_eq!(installed(&three.one, &car).await, OWN);
}

#[tokio::test]
async fn only_a_contract_that_the_car_has_there_and_would_get() {
    let (mut three, _) = car_of_two_contracts().await;
    three.car("WAA00000000000002").await;
    three.contract(SECOND, "WAA00000000000002").await;
    three.contract("DEGGG000000003", CAR).await;
    let refused = async |emaid: &str, pcid: &str, status: u16| {
        let answer = three.one.set_default(emaid, pcid).await;
        assert_eq!(answer.status, status, "{emaid} {pcid}: {}", answer.text);
        answer.text
    };
    assert!(refused("DEGGG000000009", CAR, 400).await.contains("The contract for the given EMAID not found."));
    refused(SECOND, CAR, 400).await;
    // The pool there would hand out its own default.
    assert!(refused("DEGGG000000003", CAR, 400).await.contains("another default"));
    refused(CONTRACT, "WBB00000000000001", 403).await;
    assert_eq!(listed(&three.one).await.iter().filter(|(_, is_default)| *is_default).count(), 1);
    // Of a car that is not published here nothing is kept: in the second, the OEM's cars are those of others.
    let choose = format!("/opnc/v1/ccp/signedcontractdata/{OWN}/{CAR}/setdefault");
    let answer = three.two.ecosystem.call(Role::Oem, "POST", &choose, None).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
}

/// Where it is gone, the default here follows; should it come back, the choice holds again.
#[tokio::test]
async fn a_choice_outlives_its_contract() {
    let (three, car) = car_of_two_contracts().await;
    assert_eq!(three.one.set_default(CONTRACT, CAR).await.status, 200);
    let path = format!("/opnc/v1/ccp/signedcontractdata/{CONTRACT}");
    assert_eq!(three.two.ecosystem.call_named("eMSP G", "DELETE", &path, None).await.status, 200);
    later(&three);
    assert_eq!(installed(&three.one, &car).await, OWN);
    assert_eq!(listed(&three.one).await, marked(&[(OWN, true)]));
    later(&three);
    three.contract(CONTRACT, CAR).await;
    assert_eq!(installed(&three.one, &car).await, CONTRACT);
}

/// While the other pool cannot tell, or the question may not go there, nobody else pays.
#[tokio::test]
async fn no_other_contract_takes_its_place_silently() {
    let (three, car) = car_of_two_contracts().await;
    assert_eq!(three.one.set_default(CONTRACT, CAR).await.status, 200);
    let exi = car.vehicle.request_installation(&session_id(SESSION)).unwrap();
    let body = json!({
        "certificateInstallationReq": BASE64_STANDARD.encode(exi), "xsdMsgDefNamespace": opnc_test_util::ISO2,
    });
    let cpo = three.one.ecosystem.party_named("CPO E").clone();
    let kept_here = three.one.ecosystem.request_as(&cpo, "POST", "/opnc/v1/ccp/signedcontractdata").await;
    let answer = send(kept_here.header("broadcast", "false").json(&body)).await;
    assert_eq!(answer.status, 404, "{}", answer.text);

    let ecosystem = &three.one.ecosystem.ecosystem;
    peers::remove(&operator(ecosystem), ecosystem, "Two").await.unwrap();
    let broken = peer(|_| Behaviour::Status(500)).await;
    let mut new = new_peer("Broken", broken.base_url(), owned(&[], &["DEGGG"], &[]));
    new.own = Some(OwnCredentials { client_id: "a".to_owned(), client_secret: "b".to_owned().into(), token_url: None });
    peers::add(&operator(ecosystem), ecosystem, new).await.unwrap();
    later(&three);
    for failure in 0..7 {
        let answer = install(&three.one, &car).await;
        // Five times, and then it is left alone.
        assert_eq!(answer.status, if failure < 5 { 502 } else { 404 }, "{}", answer.text);
    }
    assert_eq!(listed(&three.one).await, marked(&[(OWN, false)]), "no default can be told");
    // The OEM can end that.
    assert_eq!(three.one.set_default(OWN, CAR).await.status, 200);
    assert_eq!(installed(&three.one, &car).await, OWN);
}

/// A car of ISO 15118-20 that takes several gets the chosen one first, unless it prefers another itself.
#[tokio::test]
async fn in_an_answer_of_several_the_chosen_one_comes_first() {
    let three = Three::begin().await;
    let (one, two) = (&three.one, &three.two);
    let at = one.ecosystem.clock.now();
    let mut v2g_roots = Vec::new();
    for world in [one, two] {
        v2g_roots.push(bootstrap::found_iso20(&world.ecosystem.ecosystem, "Test", None).await.unwrap());
    }
    let oem = Hierarchy::new_in(Domain::Oem, "OEM A", Algorithm::Secp521r1, at, &mut rand::rng()).unwrap();
    for world in [one, two] {
        for root in &v2g_roots {
            world.ecosystem.trust(root, RootType::V2g).await;
        }
        world.ecosystem.trust(oem.root.certificate(), RootType::Oem).await;
    }
    let leaf = oem.leaf(&PROVISIONING, CAR, at, &mut rand::rng()).unwrap();
    let mut body = serde_json::to_value(provisioning_body(&leaf)).unwrap();
    body["xsdMsgDefNamespace"] = json!(ISO20);
    assert_eq!(one.put(Role::Oem, "/opnc/v1/pcp/provisioningcertificates", &body).await.status, 200);
    let third = "DEDDDC00000003";
    for (world, emsp, emaid) in [(one, "eMSP D", OWN), (one, "eMSP D", third), (two, "eMSP G", CONTRACT)] {
        let body = generate_body(emaid, CAR, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z");
        let mut body = serde_json::to_value(body).unwrap();
        body["xsdMsgDefNamespace"] = json!(ISO20);
        let path = "/opnc/v1/cps/contractData/generateandsign";
        let made = world.ecosystem.call_named(emsp, "PUT", path, Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let (chain, key) = (leaf.chain(), leaf.key.clone());
    let car = Vehicle20 { chain, key, v2g_roots, key_id_form: KeyIdForm::default() };
    let gets = async |maximum, first: &[&str]| -> Vec<(String, u8)> {
        let prioritized_emaids = first.iter().map(|emaid| (*emaid).to_owned()).collect();
        let asked = Asked { session_id: [7; 8], at: one.ecosystem.clock.now(), maximum, prioritized_emaids };
        let exi = BASE64_STANDARD.encode(car.request_installation(&asked).unwrap());
        let body = json!({"certificateInstallationReq": exi, "xsdMsgDefNamespace": ISO20});
        let answer = one.ecosystem.call_named("CPO E", "POST", "/opnc/v1/ccp/signedcontractdata", Some(&body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let accepted = messages(&answer).into_iter().map(|exi| car.accept(&exi, [7; 8], at).unwrap());
        accepted.map(|one| (one.contract.emaid.to_string(), one.remaining)).collect()
    };
    let named = |pairs: &[(&str, u8)]| -> Vec<(String, u8)> {
        pairs.iter().map(|(emaid, remaining)| ((*emaid).to_owned(), *remaining)).collect()
    };
    assert_eq!(gets(9, &[]).await, named(&[(OWN, 1), (third, 0)]));
    assert_eq!(one.set_default(CONTRACT, CAR).await.status, 200);
    assert_eq!(gets(9, &[]).await, named(&[(CONTRACT, 2), (OWN, 1), (third, 0)]));
    assert_eq!(gets(1, &[]).await, named(&[(CONTRACT, 2)]));
    assert_eq!(gets(2, &[third]).await, named(&[(third, 2), (CONTRACT, 1)]));
    assert_eq!(gets(1, &[third]).await, named(&[(third, 2)]));
    assert_eq!(gets(3, &[third, CONTRACT]).await, named(&[(third, 2), (CONTRACT, 1), (OWN, 0)]));
}

const ISO20: &str = "urn:iso:std:iso:15118:-20:CommonMessages";

fn messages(answer: &Answer) -> Vec<Vec<u8>> {
    let body = answer.json();
    let entries = body["signedContractDataCollection"].as_array().unwrap();
    entries.iter().map(|one| BASE64_STANDARD.decode(text(&one["certificateInstallationRes"])).unwrap()).collect()
}
