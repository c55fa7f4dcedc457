//! Certificates and a message of a real Plug & Charge PKI, which may not be part of the repository.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_exi::iso2;
use opnc_messages::ids::{ProviderId, Wmi};
use opnc_messages::{Role, RootType};
use opnc_pki::Certificate;
use opnc_pki::contract::iso2::verify_message;
use opnc_services::caller::Owned;
use opnc_services::parties::NewParty;
use opnc_services::revocation_check::Mode;
use opnc_test_util::calls::Answer;
use opnc_test_util::{ISO2, TestClock, TestEcosystem, TestOptions, root_body, shared};
use serde_json::{Value, json};

const PCID: &str = "DEHUBCOPNCPROVCER";
const EMAID: &str = "DEICECOPNCCERT";

/// An ecosystem with the real root in it, and parties that own what the real certificates name.
struct Field {
    ecosystem: TestEcosystem,
    files: std::path::PathBuf,
}

impl Field {
    async fn begin(test: &str, at: &str) -> Option<Self> {
        Self::begin_with(test, at, Mode::Off).await
    }

    /// An ecosystem that asks others about certificates when a car is published, and reaches nobody over plain HTTP.
    async fn begin_with(test: &str, at: &str, mode: Mode) -> Option<Self> {
        let files = shared(test, "data/hubject-qa")?;
        let choose = |options: &mut TestOptions| {
            options.clock = TestClock::at(at);
            options.policy.revocation.pcp = mode;
            options.policy.revocation.outbound.allow_http = false;
        };
        let mut ecosystem = TestEcosystem::start_with(choose).await;
        ecosystem.found().await;
        let wmis = vec![Wmi::parse("DEH").unwrap()];
        let oem = NewParty { name: "Real OEM".into(), role: Role::Oem, owned: Owned { wmis, ..Owned::default() } };
        ecosystem.add_party(oem).await;
        for (name, provider) in [("Real eMSP", "DEICE"), ("GIREVE", "TUAAB")] {
            let providers = vec![ProviderId::parse(provider).unwrap()];
            let owned = Owned { providers, ..Owned::default() };
            ecosystem.add_party(NewParty { name: name.into(), role: Role::EmspOwnPki, owned }).await;
        }
        let field = Self { ecosystem, files };
        let root = field.certificate("v2g-root-ca-qa-g1.pem");
        let body = serde_json::to_value(root_body(&root, RootType::V2g)).unwrap();
        let put = field.ecosystem.call(Role::Admin, "PUT", "/opnc/v1/rcp/rootcertificates", Some(&body)).await;
        assert_eq!(put.status, 200, "{}", put.text);
        let warnings = put.json()["warnings"].as_array().unwrap().clone();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].as_str().unwrap().contains("extended key usage"), "{warnings:?}");
        Some(field)
    }

    fn pem(&self, file: &str) -> String {
        std::fs::read_to_string(self.files.join(file)).unwrap()
    }

    fn certificate(&self, file: &str) -> Certificate {
        Certificate::from_pem(&self.pem(file)).unwrap()
    }

    /// A chain in the form in which the real files are: PEM.
    fn chain(&self, leaf: &str, first: &str, second: &str) -> Value {
        json!({
            "certificate": self.pem(leaf), "subCa1Certificate": self.pem(first), "subCa2Certificate": self.pem(second),
        })
    }

    async fn publish(&self) -> Answer {
        let chain = self.chain("oem-prov-leaf-DEHUBCOPNCPROVCER.pem", "oem-sub1-ca.pem", "oem-sub2-ca.pem");
        let body = json!({"provisioningCertificateChain": chain, "xsdMsgDefNamespace": ISO2});
        self.ecosystem.call_named("Real OEM", "PUT", "/opnc/v1/pcp/provisioningcertificates", Some(&body)).await
    }

    async fn add(&self) -> Answer {
        let message = std::fs::read(self.files.join("certificate-installation-res.iso2.exi")).unwrap();
        let body = json!({
            "certificateInstallationRes": BASE64_STANDARD.encode(message),
            "emaid": EMAID, "pcid": PCID, "xsdMsgDefNamespace": ISO2,
        });
        self.ecosystem.call_named("Real eMSP", "PUT", "/opnc/v1/ccp/signedcontractdata", Some(&body)).await
    }
}

#[tokio::test]
async fn contract_data_for_a_real_car() {
    let Some(field) = Field::begin("contract_data_for_a_real_car", "2026-11-15T12:00:00Z").await else { return };
    let published = field.publish().await;
    assert_eq!(published.status, 200, "{}", published.text);
    let body = opnc_test_util::generate_body("DEDDD000000001", PCID, "2026-11-15T12:00:00Z", "2027-11-15T12:00:00Z");
    let body = serde_json::to_value(body).unwrap();
    let path = "/opnc/v1/cps/contractData/generateandsign";
    let generated = field.ecosystem.call(Role::EmspNoPki, "PUT", path, Some(&body)).await;
    assert_eq!(generated.status, 201, "{}", generated.text);
    let path = format!("/opnc/v1/ccp/signedcontractdata/DEDDD000000001/{PCID}");
    let provided = field.ecosystem.call_named("Real OEM", "GET", &path, None).await;
    let message = iso2::decode(&opnc_test_util::exi_of(&provided)).unwrap();
    let report = verify_message(&message);
    assert!(report.is_ok(), "{report}");
    assert_eq!(report.entries().len(), 9);
}

#[tokio::test]
async fn the_real_message_is_refused_when_it_has_expired() {
    let Some(field) = Field::begin("the_real_message_is_refused_when_it_has_expired", "2026-11-15T12:00:00Z").await
    else {
        return;
    };
    assert_eq!(field.publish().await.status, 200);
    let before = field.ecosystem.snapshot().await;
    let refused = field.add().await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let said = refused.messages();
    assert!(said.iter().any(|text| text.contains("chain of the contract") && text.contains("expired on 2026-07-01")));
    assert_eq!(before.changed(&field.ecosystem.snapshot().await), Vec::<String>::new());
}

#[tokio::test]
async fn the_real_message_is_accepted_in_its_time() {
    let Some(field) = Field::begin("the_real_message_is_accepted_in_its_time", "2025-01-01T00:00:00Z").await else {
        return;
    };
    assert_eq!(field.publish().await.status, 200);
    let issued = field.ecosystem.snapshot().await.count("issued_certificates");
    let added = field.add().await;
    assert_eq!(added.status, 201, "{}", added.text);
    let path = format!("/opnc/v1/ccp/signedcontractdata/{EMAID}/{PCID}");
    let provided = field.ecosystem.call_named("Real OEM", "GET", &path, None).await;
    let original = std::fs::read(field.files.join("certificate-installation-res.iso2.exi")).unwrap();
    assert_eq!(opnc_test_util::exi_of(&provided), original, "not a bit of it has changed");
    // The real contract leaf is shown, and says that it came from elsewhere: nothing of ours was issued.
    let path = format!("/opnc/v1/ccp/contractData/emaid/{EMAID}");
    let shown = field.ecosystem.call_named("Real eMSP", "GET", &path, None).await.json();
    let entry = &shown["contractDataCollection"][0];
    let leaf = field.certificate("contract-leaf-DEICECOPNCCERT.pem");
    assert_eq!(entry["contractCertificate"], BASE64_STANDARD.encode(leaf.der()));
    assert_eq!((&entry["certValidTo"], &entry["defaultContract"]), (&json!("2026-07-01T14:32:00Z"), &json!(true)));
    assert_eq!(field.ecosystem.snapshot().await.count("issued_certificates"), issued);
}

/// Its certificates name a responder that only its own network reaches.
#[tokio::test]
async fn a_responder_that_cannot_be_reached_counts_as_the_pool_decides() {
    for (mode, status, marked) in [(Mode::SoftFail, 200, 1), (Mode::Require, 400, 0), (Mode::Off, 200, 0)] {
        let test = "a_responder_that_cannot_be_reached_counts_as_the_pool_decides";
        let Some(field) = Field::begin_with(test, "2026-11-15T12:00:00Z", mode).await else { return };
        let answer = field.publish().await;
        assert_eq!(answer.status, status, "{mode:?}: {}", answer.text);
        let all = field.ecosystem.snapshot().await;
        assert_eq!(
            (all.count("unchecked_cars"), all.count("provisioning")),
            (marked, usize::from(status == 200)),
            "{mode:?}"
        );
    }
}

/// Its CA certificates are not published, so its chain leads nowhere; the leaf itself is read, with all its quirks.
#[tokio::test]
async fn a_leaf_without_its_cas_is_refused_for_that_alone() {
    let test = "a_leaf_without_its_cas_is_refused_for_that_alone";
    let Some(field) = Field::begin(test, "2025-01-01T00:00:00Z").await else { return };
    assert_eq!(field.publish().await.status, 200);
    let gireve = field.files.parent().unwrap_or(Path::new("/")).join("gireve/contract-leaf-TUAABcAz2BK7JRa.pem");
    let key = BASE64_STANDARD.encode([7; 48]);
    let point = field.certificate("oem-prov-leaf-DEHUBCOPNCPROVCER.pem").public_key().point().to_vec();
    let body = json!({
        "contractCertificateBundle": {
            "emaid": "TUAABcAz2BK7JRa",
            "contractCertificateChain": {
                "certificate": std::fs::read_to_string(gireve).unwrap(), "subCa1Certificate": field.pem("mo-sub1-ca.pem"),
                "subCa2Certificate": field.pem("mo-sub2-ca.pem"),
            },
            "contractSignatureEncryptedPrivateKey": key,
            "dHpublickey": BASE64_STANDARD.encode(point),
        },
        "xsdMsgDefNamespace": ISO2,
    });
    let before = field.ecosystem.snapshot().await;
    let answer = field.ecosystem.call_named("GIREVE", "PUT", "/opnc/v1/cps/contractData/sign", Some(&body)).await;
    assert_eq!((answer.status, answer.messages().len()), (400, 1), "{}", answer.text);
    assert!(answer.messages()[0].contains("TUAABcAz2BK7JRa"), "{}", answer.text);
    assert_eq!(before.changed(&field.ecosystem.snapshot().await), Vec::<String>::new());
}
