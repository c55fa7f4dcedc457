//! An ecosystem in which things can happen: PKIs that are trusted, and the steps that most scenarios begin with.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_client::vehicle::{Vehicle, VehicleError};
use opnc_messages::ids::{Emaid, SessionId};
use opnc_messages::{Role, RootType, header};
use opnc_pki::contract::iso2::Contract;
use opnc_pki::hierarchy::{Domain, Leaf};
use opnc_pki::{Certificate, Clock};
use serde::Serialize;
use serde_json::{Value, json};

use crate::calls::{Answer, send};
use crate::{TestEcosystem, TestOptions, TestPki, generate_body, provisioning_body, sign_body, vehicle};

/// The namespace of ISO 15118-2 in bodies.
pub const ISO2: &str = "urn:iso:15118:2:2013:MsgDef";

/// An ecosystem with its own CPS, and with the PKIs of OEM A and eMSP C in its RCP.
pub struct World {
    /// The ecosystem.
    pub ecosystem: TestEcosystem,
    /// The root of its CPS, which its cars hold.
    pub v2g_root: Certificate,
    /// The PKI of `OEM A`, whose cars begin with `WAA`.
    pub oem: TestPki,
    /// The PKI of `eMSP C`, whose EMAIDs begin with `DECCC`.
    pub emsp: TestPki,
}

/// A car with its provisioning certificate and key.
#[derive(Clone)]
pub struct Car {
    /// Its provisioning certificate.
    pub leaf: Leaf,
    /// What it does with messages.
    pub vehicle: Vehicle,
}

impl World {
    /// One with the usual options.
    pub async fn begin() -> Self {
        Self::begin_with(|_| {}).await
    }

    /// The same with other options.
    pub async fn begin_with(choose: impl FnOnce(&mut TestOptions)) -> Self {
        let ecosystem = TestEcosystem::start_with(choose).await;
        let v2g_root = ecosystem.found().await;
        let oem = TestPki::new(Domain::Oem, "OEM A", ecosystem.clock.now());
        let emsp = TestPki::new(Domain::Emsp, "eMSP C", ecosystem.clock.now());
        ecosystem.trust(oem.root(), RootType::Oem).await;
        ecosystem.trust(emsp.root(), RootType::Emsp).await;
        Self { ecosystem, v2g_root, oem, emsp }
    }

    /// A car of OEM A that nobody knows of yet.
    pub fn new_car(&mut self, pcid: &str) -> Car {
        let leaf = self.oem.leaf(pcid);
        let vehicle = vehicle(&leaf, std::slice::from_ref(&self.v2g_root));
        Car { leaf, vehicle }
    }

    /// Lets OEM A publish a new car.
    pub async fn car(&mut self, pcid: &str) -> Car {
        let car = self.new_car(pcid);
        let answer = self.publish(&car.leaf).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        car
    }

    /// Lets OEM A publish a provisioning certificate.
    pub async fn publish(&self, leaf: &Leaf) -> Answer {
        self.put(Role::Oem, "/opnc/v1/pcp/provisioningcertificates", &provisioning_body(leaf)).await
    }

    /// Lets the eMSP without a PKI whose EMAID this is have a contract made for the next year.
    pub async fn generate(&self, emaid: &str, pcid: &str) -> Answer {
        let body = generate_body(emaid, pcid, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z");
        let path = "/opnc/v1/cps/contractData/generateandsign";
        self.ecosystem.call_named(emsp_of(emaid), "PUT", path, Some(&value(&body))).await
    }

    /// Lets eMSP C make a contract and have it signed; it is stored when `pcid` is given.
    pub async fn sign(&mut self, emaid: &str, car: &Leaf, pcid: Option<&str>) -> Answer {
        let common_name = Emaid::parse(emaid).expect("an EMAID").wire();
        let contract = self.emsp.leaf(&common_name);
        let body = sign_body(emaid, &contract, car, pcid);
        self.put(Role::EmspOwnPki, "/opnc/v1/cps/contractData/sign", &body).await
    }

    /// Lets eMSP C put a signed message into the pool.
    pub async fn add(&self, emaid: &str, pcid: &str, exi: &[u8]) -> Answer {
        let body = json!({
            "certificateInstallationRes": BASE64_STANDARD.encode(exi),
            "emaid": emaid, "pcid": pcid, "xsdMsgDefNamespace": ISO2,
        });
        self.put(Role::EmspOwnPki, "/opnc/v1/ccp/signedcontractdata", &body).await
    }

    /// Sends GET as the first party of a role.
    pub async fn get(&self, role: Role, path: &str) -> Answer {
        self.ecosystem.call(role, "GET", path, None).await
    }

    /// Sends DELETE as the first party of a role.
    pub async fn delete(&self, role: Role, path: &str) -> Answer {
        self.ecosystem.call(role, "DELETE", path, None).await
    }

    /// Lets OEM A choose a contract for a car.
    pub async fn set_default(&self, emaid: &str, pcid: &str) -> Answer {
        let path = format!("/opnc/v1/ccp/signedcontractdata/{emaid}/{pcid}/setdefault");
        self.ecosystem.call(Role::Oem, "POST", &path, None).await
    }

    /// Sends a body with PUT as the first party of a role.
    pub async fn put(&self, role: Role, path: &str, body: &impl Serialize) -> Answer {
        self.ecosystem.call(role, "PUT", path, Some(&value(body))).await
    }

    /// Lets a CPO bring the car's request in a session, in hex.
    pub async fn install(&self, car: &Vehicle, session: &str) -> Answer {
        let request = car.request_installation(&session_id(session)).expect("a request");
        self.install_exi(&request, None).await
    }

    /// Lets a CPO bring a request; `always_return_exi` is the header, when it is sent.
    pub async fn install_exi(&self, request: &[u8], always_return_exi: Option<&str>) -> Answer {
        let body = json!({"certificateInstallationReq": BASE64_STANDARD.encode(request), "xsdMsgDefNamespace": ISO2});
        let path = "/opnc/v1/ccp/signedcontractdata";
        let mut request = self.ecosystem.request_as(self.ecosystem.party(Role::Cpo), "POST", path).await;
        if let Some(flag) = always_return_exi {
            request = request.header(header::ALWAYS_RETURN_EXI, flag);
        }
        send(request.json(&body)).await
    }

    /// What the car takes out of an answer in its session.
    ///
    /// # Errors
    /// What the car has against it.
    pub fn accept(&self, car: &Vehicle, answer: &Answer, session: &str) -> Result<Contract, VehicleError> {
        car.accept(&exi_of(answer), &session_id(session), self.ecosystem.clock.now())
    }

    /// The EMAID of the contract that the car gets now and accepts.
    pub async fn installed(&self, car: &Vehicle) -> String {
        let answer = self.install(car, "0102030405060708").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.accept(car, &answer, "0102030405060708").expect("a contract").emaid.to_string()
    }
}

/// The message in the first entry of an answer's collection, or the one of a CPS.
pub fn exi_of(answer: &Answer) -> Vec<u8> {
    let body = answer.json();
    let entry = match body.get("signedContractData") {
        Some(signed) => signed,
        None => &body["signedContractDataCollection"][0],
    };
    let text = entry["certificateInstallationRes"].as_str().unwrap_or_else(|| panic!("no message: {}", answer.text));
    BASE64_STANDARD.decode(text).expect("base64")
}

/// A session id from hex.
pub fn session_id(hex: &str) -> SessionId {
    SessionId::parse(hex).expect("a session id")
}

/// The usual eMSP that owns an EMAID.
fn emsp_of(emaid: &str) -> &'static str {
    let id = Emaid::parse(emaid).expect("an EMAID").provider_id().to_string();
    match id.as_str() {
        "DECCC" => "eMSP C",
        "DEDDD" => "eMSP D",
        "DEEEE" => "eMSP E",
        _ => "eMSP F",
    }
}

fn value(body: &impl Serialize) -> Value {
    serde_json::to_value(body).expect("JSON")
}
