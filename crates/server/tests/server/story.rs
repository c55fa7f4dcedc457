//! Every operation done well: the statuses of the official files, and bodies that our own types can read.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_client::vehicle::{Vehicle, VehicleError};
use opnc_messages::ids::SessionId;
use opnc_messages::{Operation, Role, RootType, header, texts};
use opnc_pki::Clock;
use opnc_pki::hierarchy::{Domain, Leaf};
use opnc_test_util::{TestEcosystem, TestPki, generate_body, provisioning_body, root_body, sign_body, vehicle};
use reqwest::RequestBuilder;
use serde::Serialize;
use serde_json::{Value, json};

use opnc_test_util::calls::{Answer, call, path_of, send};

const PCID: &str = "WAA00000000000001";
const OWN_PKI: &str = "DECCC000000001";
const NO_PKI: &str = "DEDDD000000001";
const ISO2: &str = "urn:iso:15118:2:2013:MsgDef";

/// An ecosystem with a car in it.
struct Story {
    ecosystem: TestEcosystem,
    emsp: TestPki,
    car: Leaf,
    vehicle: Vehicle,
}

impl Story {
    async fn begin() -> Self {
        // With a single reader, an operation that waits for a second one with the first in hand never ends.
        let ecosystem = TestEcosystem::start_with(|options| options.store.readers = 1).await;
        let v2g_root = ecosystem.found().await;
        let mut oem = TestPki::new(Domain::Oem, "OEM A", ecosystem.clock.now());
        let emsp = TestPki::new(Domain::Emsp, "eMSP C", ecosystem.clock.now());
        ecosystem.trust(oem.root(), RootType::Oem).await;
        ecosystem.trust(emsp.root(), RootType::Emsp).await;
        let car = oem.leaf(PCID);
        ecosystem.client(Role::Oem).add_provisioning_certificate(&provisioning_body(&car)).await.unwrap();
        let vehicle = vehicle(&car, &[v2g_root]);
        Self { ecosystem, emsp, car, vehicle }
    }

    /// Does an operation, and checks that its status is that of the table.
    async fn done(&self, role: Role, operation: Operation, emaid: &str, body: Option<Value>) -> Answer {
        let answer = send(self.request(role, operation, emaid, body).await).await;
        assert_eq!(answer.status, operation.info().success, "{operation:?}: {}", answer.text);
        answer
    }

    async fn request(&self, role: Role, operation: Operation, emaid: &str, body: Option<Value>) -> RequestBuilder {
        let path = path_of(operation, emaid, PCID);
        let request = call(&self.ecosystem, role, operation.info().method, &path).await;
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    fn installation(&self, session: &str) -> Value {
        let exi = self.vehicle.request_installation(&SessionId::parse(session).unwrap()).unwrap();
        json!({"certificateInstallationReq": BASE64_STANDARD.encode(exi), "xsdMsgDefNamespace": ISO2})
    }

    /// The EMAID of the contract that the car takes out of an answer.
    fn accepted(&self, answer: &Answer, session: &str) -> Result<String, VehicleError> {
        let entry = &answer.json()["signedContractDataCollection"][0];
        let exi = BASE64_STANDARD.decode(entry["certificateInstallationRes"].as_str().unwrap()).unwrap();
        let session = SessionId::parse(session).unwrap();
        self.vehicle.accept(&exi, &session, self.ecosystem.clock.now()).map(|contract| contract.emaid.to_string())
    }
}

fn value(body: &impl Serialize) -> Option<Value> {
    Some(serde_json::to_value(body).unwrap())
}

#[tokio::test]
async fn every_operation_of_the_pools() {
    use Operation as Op;
    let mut story = Story::begin().await;

    // RCP
    let roots = story.done(Role::Cpo, Op::GetRootCertificates, "", None).await.json();
    assert_eq!(roots["rootCertificateCollection"].as_array().unwrap().len(), 3);
    let another = TestPki::new(Domain::Oem, "OEM Z", story.ecosystem.clock.now());
    let put =
        story.done(Role::Admin, Op::PutRootCertificate, "", value(&root_body(another.root(), RootType::Oem))).await;
    let id = put.json()["rootCertificate"]["rootCertificateId"].as_str().unwrap().to_owned();
    for key in [id.clone(), another.root().fingerprint().to_string()] {
        let path = format!("/opnc/v1/rcp/rootcertificates/{key}");
        let got = send(call(&story.ecosystem, Role::Cps, "GET", &path).await).await;
        assert_eq!(got.json()["rootCertificate"]["rootCertificateId"], id);
        // B1: the spelling of the official file is there as well.
        assert_eq!(got.json()["roootCertificate"], got.json()["rootCertificate"]);
    }
    let path = format!("/opnc/v1/rcp/rootcertificates/{id}");
    assert_eq!(send(call(&story.ecosystem, Role::Admin, "DELETE", &path).await).await.status, 200);
    assert_eq!(
        send(call(&story.ecosystem, Role::Admin, "DELETE", &path).await).await.messages(),
        [texts::ROOT_NOT_FOUND]
    );

    // PCP
    story.done(Role::Oem, Op::AddProvisioningCertificate, "", value(&provisioning_body(&story.car))).await;
    let got = story.done(Role::EmspOwnPki, Op::GetProvisioningCertificate, "", None).await.json();
    let chain = &got["provisioningCertificate"]["provisioningCertificateChain"];
    assert_eq!(chain["certificate"], BASE64_STANDARD.encode(story.car.certificate.der()));
    story.done(Role::EmspNoPki, Op::LookUpVehicle, "", None).await;

    // CPS
    let cps = story.done(Role::Oem, Op::GetCpsCertificates, "", None).await.json();
    assert_eq!(cps["cpsCertificateDataCollection"].as_array().unwrap().len(), 1);
    let contract = story.emsp.leaf(OWN_PKI);
    let to_sign = sign_body(OWN_PKI, &contract, &story.car, None);
    let signed = story.done(Role::EmspOwnPki, Op::SignContractData, "", value(&to_sign)).await.json();
    let generate = generate_body(NO_PKI, PCID, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z");
    let generated = story.done(Role::EmspNoPki, Op::GenerateAndSignContractData, "", value(&generate)).await;
    assert_eq!(generated.text, "");

    // CCP
    let add = json!({
        "certificateInstallationRes": signed["signedContractData"]["certificateInstallationRes"],
        "emaid": OWN_PKI, "pcid": PCID, "xsdMsgDefNamespace": ISO2,
    });
    story.done(Role::EmspOwnPki, Op::AddSignedContractData, "", Some(add)).await;
    let of_emaid = story.done(Role::EmspOwnPki, Op::GetContractDataByEmaid, OWN_PKI, None).await.json();
    assert_eq!(of_emaid["contractDataCollection"].as_array().unwrap().len(), 1, "{of_emaid}");
    let of_car = story.done(Role::Oem, Op::GetContractDataByPcid, "", None).await.json();
    assert_eq!(of_car["contractDataCollection"].as_array().unwrap().len(), 2, "{of_car}");

    // The first contract is the default until the OEM chooses another (A8).
    let install = Op::GetSignedContractDataByCertificateInstallationReq;
    let answer = story.done(Role::Cpo, install, "", Some(story.installation("01"))).await;
    assert_eq!(story.accepted(&answer, "01").unwrap(), NO_PKI);
    story.done(Role::Oem, Op::SetSignedContractDataAsDefault, OWN_PKI, None).await;
    let answer = story.done(Role::Cpo, install, "", Some(story.installation("0A0B"))).await;
    assert_eq!(story.accepted(&answer, "0A0B").unwrap(), OWN_PKI);

    let path = format!("{}?sessionID=00aB", path_of(Op::GetSignedContractDataByEmaidAndPcid, NO_PKI, PCID));
    let offline = send(call(&story.ecosystem, Role::Oem, "GET", &path).await).await;
    assert_eq!(story.accepted(&offline, "00AB").unwrap(), NO_PKI);
    assert!(matches!(story.accepted(&offline, "00").unwrap_err(), VehicleError::OtherSession));

    for (role, emaid) in [(Role::EmspOwnPki, OWN_PKI), (Role::EmspNoPki, NO_PKI)] {
        story.done(role, Op::DeleteSignedContractDataByEmaid, emaid, None).await;
    }
    story.done(Role::Oem, Op::DeleteProvisioningCertificate, "", None).await;
    let gone = send(story.request(Role::EmspNoPki, Op::LookUpVehicle, "", None).await).await;
    assert_eq!(gone.messages(), [texts::PROVISIONING_CERTIFICATE_NOT_FOUND]);
}

/// B14: a refusal is the same with and without the answer for the car.
#[tokio::test]
async fn a_car_without_a_contract_is_told_so() {
    let story = Story::begin().await;
    let operation = Operation::GetSignedContractDataByCertificateInstallationReq;
    for (flag, with_exi) in [(None, true), (Some("TRUE"), true), (Some("false"), false)] {
        let mut request = story.request(Role::Cpo, operation, "", Some(story.installation("00"))).await;
        if let Some(flag) = flag {
            request = request.header(header::ALWAYS_RETURN_EXI, flag);
        }
        let answer = send(request).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        let collection = &answer.json()["signedContractDataCollection"];
        assert_eq!(collection.is_array(), with_exi, "{}", answer.text);
        if with_exi {
            assert_eq!(collection[0]["xsdMsgDefNamespace"], ISO2);
            assert!(matches!(story.accepted(&answer, "00").unwrap_err(), VehicleError::Refused(_)));
        }
    }
    let request = story.request(Role::Cpo, operation, "", Some(story.installation("00"))).await;
    let answer = send(request.header(header::ALWAYS_RETURN_EXI, "maybe")).await;
    assert_eq!((answer.status, answer.messages().len()), (400, 1));

    let no_exi = json!({"certificateInstallationReq": "AAAA", "xsdMsgDefNamespace": ISO2});
    let answer = send(story.request(Role::Cpo, operation, "", Some(no_exi)).await).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.messages()[0], texts::EXI_INVALID);
    assert!(answer.json().get("signedContractDataCollection").is_none());
}

/// An identifier of somebody else in a body is 403, whatever else is right.
#[tokio::test]
async fn contracts_of_other_providers_are_refused() {
    let mut story = Story::begin().await;
    let generate = generate_body("DEFFF000000001", PCID, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z");
    let contract = story.emsp.leaf("DEEEE000000001");
    let sign = sign_body("DEEEE000000001", &contract, &story.car, Some(PCID));
    let add = json!({"certificateInstallationRes": "gJg=", "emaid": "DEEEE000000001", "pcid": PCID, "xsdMsgDefNamespace": ISO2});
    for (role, operation, body) in [
        (Role::EmspNoPki, Operation::GenerateAndSignContractData, serde_json::to_value(&generate).unwrap()),
        (Role::EmspOwnPki, Operation::SignContractData, serde_json::to_value(&sign).unwrap()),
        (Role::EmspOwnPki, Operation::AddSignedContractData, add),
    ] {
        let answer = send(story.request(role, operation, "", Some(body)).await).await;
        assert_eq!(answer.status, 403, "{operation:?}: {}", answer.text);
    }
    let mut other_oem = TestPki::new(Domain::Oem, "OEM A", story.ecosystem.clock.now());
    let foreign = serde_json::to_value(provisioning_body(&other_oem.leaf("WBB00000000000001"))).unwrap();
    let answer = send(story.request(Role::Oem, Operation::AddProvisioningCertificate, "", Some(foreign)).await).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}
