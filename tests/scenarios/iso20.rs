//! ISO 15118-20 over whole ecosystems: a car with provisioning chains of both generations, several contracts in one answer,
//! and what is refused, in words and in EXI.

mod carriers;
mod defaults;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_client::vehicle::{Installed, Vehicle20};
use opnc_exi::iso20::{self, Body, ResponseCode};
use opnc_messages::{IsoVersion, Role, RootType};
use opnc_pki::contract::iso20::{Asked, KeyIdForm};
use opnc_pki::hierarchy::{Domain, Hierarchy, Leaf};
use opnc_pki::key::Algorithm;
use opnc_pki::profile::{CONTRACT, PROVISIONING};
use opnc_pki::{Certificate, Clock};
use opnc_services::bootstrap;
use opnc_test_util::calls::Answer;
use opnc_test_util::{World, generate_body, provisioning_body, sign_body};
use serde_json::{Value, json};

const PCID: &str = "WAA000000000000018";
const ISO20: &str = "urn:iso:std:iso:15118:-20:CommonMessages";
const SESSION: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const PUBLISH: &str = "/opnc/v1/pcp/provisioningcertificates";
const GENERATE: &str = "/opnc/v1/cps/contractData/generateandsign";
const SIGN: &str = "/opnc/v1/cps/contractData/sign";
const INSTALL: &str = "/opnc/v1/ccp/signedcontractdata";

/// An ecosystem of both generations, with an OEM and an eMSP of ISO 15118-20.
struct Both {
    world: World,
    v2g_root: Certificate,
    oem: Hierarchy,
    emsp: Hierarchy,
}

impl Both {
    async fn begin() -> Self {
        let world = World::begin().await;
        let v2g_root = bootstrap::found_iso20(&world.ecosystem.ecosystem, "Test", None).await.unwrap();
        let pki = |domain, name| {
            let at = world.ecosystem.clock.now();
            Hierarchy::new_in(domain, name, Algorithm::Secp521r1, at, &mut rand::rng()).unwrap()
        };
        let (oem, emsp) = (pki(Domain::Oem, "OEM A"), pki(Domain::Emsp, "eMSP C"));
        world.ecosystem.trust(&v2g_root, RootType::V2g).await;
        world.ecosystem.trust(oem.root.certificate(), RootType::Oem).await;
        world.ecosystem.trust(emsp.root.certificate(), RootType::Emsp).await;
        Self { world, v2g_root, oem, emsp }
    }

    /// A car of OEM A that is published for ISO 15118-20.
    async fn car(&self, pcid: &str) -> (Vehicle20, Leaf) {
        let (car, leaf) = self.new_car(pcid);
        assert_eq!(self.publish(&leaf, ISO20).await.status, 200);
        (car, leaf)
    }

    fn new_car(&self, pcid: &str) -> (Vehicle20, Leaf) {
        let at = self.world.ecosystem.clock.now();
        let leaf = self.oem.leaf(&PROVISIONING, pcid, at, &mut rand::rng()).unwrap();
        let car = Vehicle20 {
            chain: leaf.chain(),
            key: leaf.key.clone(),
            v2g_roots: vec![self.v2g_root.clone()],
            key_id_form: KeyIdForm::default(),
        };
        (car, leaf)
    }

    async fn publish(&self, leaf: &Leaf, namespace: &str) -> Answer {
        let mut body = serde_json::to_value(provisioning_body(leaf)).unwrap();
        body["xsdMsgDefNamespace"] = json!(namespace);
        self.world.put(Role::Oem, PUBLISH, &body).await
    }

    async fn generate(&self, emaid: &str, pcid: &str) -> Answer {
        self.generate_until(emaid, pcid, "2027-06-01T12:00:00Z").await
    }

    async fn generate_until(&self, emaid: &str, pcid: &str, ends: &str) -> Answer {
        let mut body = serde_json::to_value(generate_body(emaid, pcid, "2026-06-01T12:00:00Z", ends)).unwrap();
        body["xsdMsgDefNamespace"] = json!("urn:iso:15118:20:2022:MsgDef");
        let emsp = if emaid.starts_with("DEFFF") { "eMSP F" } else { "eMSP D" };
        self.world.ecosystem.call_named(emsp, "PUT", GENERATE, Some(&body)).await
    }

    /// What eMSP C sends to have a contract of its own PKI signed.
    fn sign_body(&self, emaid: &str, car: &Leaf) -> Value {
        let at = self.world.ecosystem.clock.now();
        let contract = self.emsp.leaf(&CONTRACT, emaid, at, &mut rand::rng()).unwrap();
        serde_json::to_value(sign_body(emaid, &contract, car, Some(PCID))).unwrap()
    }

    async fn install(&self, car: &Vehicle20, maximum: u8, first: &[&str]) -> Answer {
        let asked = Asked {
            session_id: SESSION,
            at: self.world.ecosystem.clock.now(),
            maximum,
            prioritized_emaids: first.iter().map(|emaid| (*emaid).to_owned()).collect(),
        };
        self.install_exi(&car.request_installation(&asked).unwrap()).await
    }

    async fn install_exi(&self, exi: &[u8]) -> Answer {
        let body = json!({"certificateInstallationReq": BASE64_STANDARD.encode(exi), "xsdMsgDefNamespace": ISO20});
        self.world.ecosystem.call(Role::Cpo, "POST", INSTALL, Some(&body)).await
    }

    /// Everything in an answer, each accepted by the car.
    fn accepted(&self, car: &Vehicle20, answer: &Answer) -> Vec<Installed> {
        assert_eq!(answer.status, 200, "{}", answer.text);
        let now = self.world.ecosystem.clock.now();
        messages(answer).iter().map(|exi| car.accept(exi, SESSION, now).unwrap()).collect()
    }

    /// EMAIDs and what remains of each answer that a car gets.
    async fn gets(&self, car: &Vehicle20, maximum: u8, first: &[&str]) -> Vec<(String, u8)> {
        let answer = self.install(car, maximum, first).await;
        let all = self.accepted(car, &answer);
        all.iter().map(|one| (one.contract.emaid.to_string(), one.remaining)).collect()
    }
}

fn messages(answer: &Answer) -> Vec<Vec<u8>> {
    let body = answer.json();
    let entries = body["signedContractDataCollection"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    let text = |entry: &Value| entry["certificateInstallationRes"].as_str().unwrap().to_owned();
    entries.iter().map(|entry| BASE64_STANDARD.decode(text(entry)).unwrap()).collect()
}

/// The status and the response code of a refusal, whose EXI must be readable.
fn refused(answer: &Answer) -> (u16, ResponseCode) {
    let exi = messages(answer).remove(0);
    match iso20::decode(&exi).unwrap().body {
        Body::CertificateInstallationRes(response) => (answer.status, response.response_code),
        other => panic!("{other:?}"),
    }
}

fn named(pairs: &[(&str, u8)]) -> Vec<(String, u8)> {
    pairs.iter().map(|(emaid, remaining)| ((*emaid).to_owned(), *remaining)).collect()
}

#[tokio::test]
async fn three_contracts_of_three_providers() {
    let both = Both::begin().await;
    let (car, leaf) = both.car(PCID).await;
    assert_eq!(both.generate("DEDDDC0000000001234", PCID).await.status, 201);
    let body = both.sign_body("DECCCC00000002", &leaf);
    let signed = both.world.put(Role::EmspOwnPki, SIGN, &body).await;
    assert_eq!(signed.status, 201, "{}", signed.text);
    assert_eq!(both.generate("DEFFFC00000003", PCID).await.status, 201);

    // More than 15 characters are no problem here; the first is the default; what is left counts down.
    let all = [("DEDDDC0000000001234", 2), ("DECCCC00000002", 1), ("DEFFFC00000003", 0)];
    assert_eq!(both.gets(&car, 255, &[]).await, named(&all));
    assert_eq!(both.gets(&car, 2, &[]).await, named(&all[..2]));
    let others = ["DEFFFC00000003", "DEXXXC00000009", "no EMAID"];
    assert_eq!(both.gets(&car, 2, &others).await, named(&[("DEFFFC00000003", 2), ("DEDDDC0000000001234", 1)]));
    let path = format!("/opnc/v1/ccp/signedcontractdata/DECCCC00000002/{PCID}/setdefault");
    assert_eq!(both.world.ecosystem.call(Role::Oem, "POST", &path, None).await.status, 200);
    assert_eq!(both.gets(&car, 1, &[]).await, named(&[("DECCCC00000002", 2)]));

    // By air, into a session that is written shorter than it is.
    let path = format!("/opnc/v1/ccp/signedcontractdata/DECCCC00000002/{PCID}?sessionID=0A&xsdMsgDefNamespace={ISO20}");
    let answer = both.world.get(Role::Oem, &path).await;
    let now = both.world.ecosystem.clock.now();
    let installed = car.accept(&messages(&answer)[0], [0, 0, 0, 0, 0, 0, 0, 10], now).unwrap();
    assert_eq!(installed.contract.emaid.as_sent(), "DECCCC00000002");

    // What was signed can be taken out and put in again.
    assert_eq!(both.world.delete(Role::EmspOwnPki, "/opnc/v1/ccp/signedcontractdata/DECCCC00000002").await.status, 200);
    let mut add = signed.json()["signedContractData"].clone();
    add["xsdMsgDefNamespace"] = json!(ISO20);
    let added = both.world.put(Role::EmspOwnPki, INSTALL, &add).await;
    assert_eq!(added.status, 201, "{}", added.text);
    assert_eq!(both.gets(&car, 9, &["DECCCC00000002"]).await[0], ("DECCCC00000002".to_owned(), 2));
}

#[tokio::test]
async fn a_car_of_both_generations_has_each_apart() {
    let mut both = Both::begin().await;
    let old = both.world.car(PCID).await;
    let (new, leaf) = both.car(PCID).await;
    assert_eq!(both.world.generate("DEDDDC00000001", PCID).await.status, 201);
    assert_eq!(both.generate("DEDDDC00000001", PCID).await.status, 201);
    assert_eq!(both.world.installed(&old.vehicle).await, "DEDDDC00000001");
    assert_eq!(both.gets(&new, 1, &[]).await, named(&[("DEDDDC00000001", 0)]));

    let path = format!("{PUBLISH}/{PCID}");
    let named = |answer: &Answer| answer.json()["provisioningCertificate"]["xsdMsgDefNamespace"].clone();
    let answer = both.world.get(Role::Oem, &path).await;
    assert_eq!(named(&answer), IsoVersion::Iso2.namespace());
    assert_eq!(answer.json()["provisioningCertificateCollection"].as_array().unwrap().len(), 2);
    let answer = both.world.get(Role::Oem, &format!("{path}?xsdMsgDefNamespace={ISO20}")).await;
    assert_eq!(named(&answer), IsoVersion::Iso20.namespace());
    let certificate = BASE64_STANDARD.encode(leaf.certificate.der());
    let chain = &answer.json()["provisioningCertificate"]["provisioningCertificateChain"];
    assert_eq!(chain["certificate"], json!(certificate));

    // A new key of one generation takes the contracts of that one alone, and so does a deletion.
    let (renewed, _) = both.car(PCID).await;
    let answer = both.install(&renewed, 1, &[]).await;
    assert_eq!(refused(&answer), (404, ResponseCode::WarningNoContractMatchingPcidFound));
    assert_eq!(both.world.installed(&old.vehicle).await, "DEDDDC00000001");
    assert_eq!(both.generate("DEDDDC00000001", PCID).await.status, 201);
    assert_eq!(both.world.delete(Role::Oem, &format!("{path}?xsdMsgDefNamespace={ISO20}")).await.status, 200);
    assert_eq!(both.world.installed(&old.vehicle).await, "DEDDDC00000001");
    assert_eq!(both.world.get(Role::Oem, &format!("{path}?xsdMsgDefNamespace={ISO20}")).await.status, 404);
    assert_eq!(both.world.delete(Role::Oem, &path).await.status, 200);
    assert_eq!(both.world.get(Role::Oem, &path).await.status, 404);
}

#[tokio::test]
async fn both_cps_are_listed() {
    let both = Both::begin().await;
    let list = both.world.get(Role::EmspOwnPki, "/opnc/v1/cps/cpsCertificates").await.json();
    let entries = list["cpsCertificateDataCollection"].as_array().unwrap();
    let versions: Vec<_> = entries.iter().map(|entry| entry["xsdMsgDefNamespace"].as_str().unwrap()).collect();
    assert_eq!(versions, IsoVersion::ALL.map(IsoVersion::namespace));
}

#[tokio::test]
async fn refusals_have_codes_of_their_own() {
    let both = Both::begin().await;
    let (stranger, _) = both.new_car("WAA00000000000002");
    let answer = both.install(&stranger, 1, &[]).await;
    assert_eq!(refused(&answer), (404, ResponseCode::WarningNoContractMatchingPcidFound));
    let (car, _) = both.car(PCID).await;
    assert_eq!(refused(&both.install(&car, 1, &[]).await), (404, ResponseCode::WarningNoContractMatchingPcidFound));
    assert_eq!(both.generate_until("DEDDDC00000001", PCID, "2026-07-01T00:00:00Z").await.status, 201);
    assert_eq!(both.generate("DEFFFC00000002", PCID).await.status, 201);
    assert_eq!(refused(&both.install(&car, 0, &[]).await), (400, ResponseCode::Failed));

    // Another key than the published one.
    let (twin, _) = both.new_car(PCID);
    let answer = both.install(&twin, 1, &[]).await;
    assert_eq!(refused(&answer), (400, ResponseCode::WarningCertificateValidationError));
    // Roots that nobody here signs under.
    let elsewhere = Vehicle20 { v2g_roots: vec![both.world.v2g_root.clone()], ..car.clone() };
    let answer = both.install(&elsewhere, 1, &[]).await;
    assert_eq!(refused(&answer), (404, ResponseCode::WarningNoContractMatchingPcidFound));

    // An ended default is no reason for another payer, unless the car itself asks for one.
    both.world.ecosystem.set_clock("2026-07-02T00:00:00Z");
    let answer = both.install(&car, 9, &["DEDDDC00000001"]).await;
    assert_eq!(refused(&answer), (400, ResponseCode::WarningCertificateExpired));
    assert_eq!(both.gets(&car, 9, &["DEFFFC00000002"]).await, named(&[("DEFFFC00000002", 0)]));
}

#[tokio::test]
async fn one_generation_under_the_name_of_the_other() {
    let mut both = Both::begin().await;
    let old = both.world.new_car(PCID);
    let (new, leaf) = both.new_car(PCID);
    let before = both.world.ecosystem.snapshot().await;
    for (leaf, namespace) in [(&old.leaf, ISO20), (&leaf, "urn:iso:15118:2:2013:MsgDef")] {
        let answer = both.publish(leaf, namespace).await;
        assert_eq!(answer.status, 400);
        assert!(answer.messages()[0].starts_with("xsdMsgDefNamespace : "), "{}", answer.text);
    }
    let asked =
        Asked { session_id: SESSION, at: both.world.ecosystem.clock.now(), maximum: 1, prioritized_emaids: vec![] };
    let exi = new.request_installation(&asked).unwrap();
    for (answer, other) in [
        (both.world.install_exi(&exi, None).await, "ISO 15118-20"),
        (
            both.install_exi(&old.vehicle.request_installation(&opnc_test_util::session_id("00")).unwrap()).await,
            "ISO 15118-2",
        ),
    ] {
        assert_eq!((answer.status, answer.messages()[0].as_str()), (400, "EXI format is invalid!"));
        let problem = &answer.messages()[1];
        assert!(problem.starts_with("xsdMsgDefNamespace : ") && problem.ends_with(other), "{problem}");
    }
    // At every byte, also with something behind it.
    for cut in 0..exi.len() {
        assert_eq!(both.install_exi(&exi[..cut]).await.status, 400, "{cut}");
    }
    assert_eq!(both.install_exi(&[exi.as_slice(), &[0]].concat()).await.status, 400);
    assert_eq!(before.changed(&both.world.ecosystem.snapshot().await), Vec::<String>::new());

    // Contract data of ISO 15118-2, of another curve, too long.
    assert_eq!(both.publish(&leaf, ISO20).await.status, 200);
    let good = both.sign_body("DECCCC00000002", &leaf);
    let before = both.world.ecosystem.snapshot().await;
    for (key, dh_key, problem) in [
        (48, 65, "dHpublickey : must have 133 (secp521r1) or 56 (X448) bytes in ISO 15118-20, not 65"),
        (
            84,
            56,
            "contractSignatureEncryptedPrivateKey : the message carries a X448_EncryptedPrivateKey, the contract certificate has a key of secp521r1",
        ),
        (
            207,
            133,
            "contractSignatureEncryptedPrivateKey : must have 94 (secp521r1), 84 (X448) or at most 206 (TPM) bytes in ISO 15118-20, not 207",
        ),
    ] {
        let mut body = good.clone();
        let bundle = &mut body["contractCertificateBundle"];
        bundle["contractSignatureEncryptedPrivateKey"] = json!(BASE64_STANDARD.encode(vec![1; key]));
        bundle["dHpublickey"] = json!(BASE64_STANDARD.encode(vec![1; dh_key]));
        let answer = both.world.put(Role::EmspOwnPki, SIGN, &body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.messages().iter().any(|message| message == problem), "{}", answer.text);
    }
    assert_eq!(before.changed(&both.world.ecosystem.snapshot().await), Vec::<String>::new());
}
