//! Where the specification contradicts itself about bodies (`docs/spec-notes.md`, rows B), on the wire.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::{Role, RootType, texts};
use opnc_pki::hierarchy::Domain;
use opnc_pki::{Certificate, Clock};
use opnc_test_util::{ISO2, TestEcosystem, TestPki, World, generate_body, provisioning_body, root_body, sign_body};
use serde_json::{Value, json};

const PCID: &str = "WAA00000000000001";
const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";
const CARS: &str = "/opnc/v1/pcp/provisioningcertificates";
const SIGN: &str = "/opnc/v1/cps/contractData/sign";
const GENERATE: &str = "/opnc/v1/cps/contractData/generateandsign";

fn base64(certificate: &Certificate) -> String {
    BASE64_STANDARD.encode(certificate.der())
}

/// B1, B2, B7, B8: a root under every name, with its type said in every way, and nothing believed that was sent.
#[tokio::test]
async fn roots() {
    let ecosystem = TestEcosystem::start().await;
    let root = TestPki::new(Domain::Oem, "OEM Z", ecosystem.clock.now()).root().clone();
    for (types, first, all) in [
        (json!({"rootType": "oem"}), "OEM", json!(["OEM"])),
        (json!({"rootType": ["OEM", "MO"]}), "eMSP", json!(["eMSP", "OEM"])),
        (json!({"rootTypeList": ["PE", "v2g"]}), "V2G", json!(["V2G", "PE"])),
        (json!({"rootType": "mo", "rootTypeList": ["OEM"]}), "eMSP", json!(["eMSP", "OEM"])),
    ] {
        let mut body = types;
        body["caCertificate"] = json!(base64(&root));
        body["commonName"] = json!("somebody else");
        body["validTo"] = json!("2099-01-01T00:00:00Z");
        body["rootAuthorityKeyIdentifier"] = json!("00:11");
        let put = ecosystem.call(Role::Admin, "PUT", ROOTS, Some(&body)).await;
        assert_eq!(put.status, 200, "{}", put.text);
        let path = format!("{ROOTS}/{}", root.fingerprint());
        let got = ecosystem.call(Role::Cpo, "GET", &path, None).await.json();
        assert_eq!(got["rootCertificate"], got["roootCertificate"]);
        let got = &got["rootCertificate"];
        assert_eq!((&got["rootType"], &got["rootTypeList"]), (&json!(first), &all));
        assert_eq!(got["commonName"], root.common_name().unwrap());
        assert_eq!(got["validTo"], root.not_after().to_string());
        assert_eq!(got["rootAuthorityKeyIdentifier"], BASE64_STANDARD.encode(root.subject_key_id().unwrap()));
        assert_eq!(got["caCertificate"], base64(&root));
    }
    let listed = ecosystem.call(Role::Oem, "GET", &format!("{ROOTS}?pkiType=MO"), None).await.json();
    assert_eq!(listed["rootCertificateCollection"].as_array().unwrap().len(), 1);
    // B16: none is an empty list, not an error.
    let none = ecosystem.call(Role::Oem, "GET", &format!("{ROOTS}?pkiType=PE"), None).await;
    assert_eq!((none.status, &none.json()["rootCertificateCollection"]), (200, &json!([])));
}

/// B17: the fingerprint that was confirmed over a second channel.
#[tokio::test]
async fn the_fingerprint_of_a_root() {
    let ecosystem = TestEcosystem::start_with(|options| options.policy.require_fingerprint = true).await;
    let root = TestPki::new(Domain::Oem, "OEM Z", ecosystem.clock.now()).root().clone();
    let before = ecosystem.snapshot().await;
    let mut body = serde_json::to_value(root_body(&root, RootType::Oem)).unwrap();
    for (fingerprint, said) in [(Value::Null, "is required"), (json!("ab".repeat(32)), "SHA-256 fingerprint is")] {
        body["fingerprint"] = fingerprint;
        let put = ecosystem.call(Role::Admin, "PUT", ROOTS, Some(&body)).await;
        assert_eq!((put.status, put.messages().len()), (400, 1), "{}", put.text);
        assert!(put.messages()[0].contains(said), "{}", put.text);
    }
    assert_eq!(before.changed(&ecosystem.snapshot().await), Vec::<String>::new());
    let colons: Vec<String> = root.fingerprint().as_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
    body["fingerprint"] = json!(colons.join(":"));
    assert_eq!(ecosystem.call(Role::Admin, "PUT", ROOTS, Some(&body)).await.status, 200);
}

/// B3, B5, B7, B11, B12, B13: a provisioning chain in every writing.
#[tokio::test]
async fn provisioning_chains() {
    let mut world = World::begin().await;
    let leaf = world.oem.leaf(PCID);
    let [sub_ca2, sub_ca1] = [&leaf.sub_cas[0], &leaf.sub_cas[1]];
    let pem64 = |certificate: &Certificate| BASE64_STANDARD.encode(certificate.to_pem());
    for chain in [
        json!({"certificate": base64(&leaf.certificate), "subCa1Certificate": base64(sub_ca1), "subCa2Certificate": base64(sub_ca2)}),
        json!({"certificate": pem64(&leaf.certificate), "subCA1Certificate": pem64(sub_ca1), "subCA2Certificate": pem64(sub_ca2)}),
        json!({"certificate": leaf.certificate.to_pem(), "subCa1Certificate": sub_ca1.to_pem(), "subCA2Certificate": sub_ca2.to_pem()}),
        // The two sub CAs the other way round: their order follows from who signed whom.
        json!({"certificate": base64(&leaf.certificate), "subCa1Certificate": base64(sub_ca2), "subCa2Certificate": base64(sub_ca1)}),
    ] {
        let put = world.put(Role::Oem, CARS, &json!({"provisioningCertificateChain": chain})).await;
        assert_eq!(put.status, 200, "{}", put.text);
        let got = world.get(Role::EmspNoPki, &format!("{CARS}/{PCID}")).await.json();
        let expected = json!({"certificate": base64(&leaf.certificate), "subCa1Certificate": base64(sub_ca1), "subCa2Certificate": base64(sub_ca2)});
        assert_eq!(got["provisioningCertificate"]["provisioningCertificateChain"], expected);
    }
    let mut body = serde_json::to_value(provisioning_body(&leaf)).unwrap();
    body["v2gRootAuthorityKeyIdentifiers"] = json!(["S0X/giX8EJY=", "4B:45:FF:82:25:FC:10:97"]);
    body["previousPcid"] = json!("WAA00000000000000");
    body["fingerprint"] = json!("00".repeat(32));
    assert_eq!(world.put(Role::Oem, CARS, &body).await.status, 200);
    let got = world.get(Role::Oem, &format!("{CARS}/{PCID}")).await.json();
    let got = &got["provisioningCertificate"];
    assert_eq!(got["v2gRootAuthorityKeyIdentifiers"], json!(["4b:45:ff:82:25:fc:10:96", "4b:45:ff:82:25:fc:10:97"]));
    assert_eq!(got["previousPcid"], "WAA00000000000000");
    assert_eq!(got["fingerprint"], leaf.certificate.fingerprint().to_string(), "derived, not what was sent (B8)");
    assert_eq!(world.get(Role::Oem, "/opnc/v1/pcp/lookupvehicle/WAA00000000000000").await.status, 404);
}

/// B13: one sub CA is enough, under either of the two names.
#[tokio::test]
async fn a_chain_of_one_sub_ca() {
    let world = World::begin().await;
    let mut short = world.oem.hierarchy.clone();
    short.sub_ca_2 = short.sub_ca_1.clone();
    let now = world.ecosystem.clock.now();
    let leaf = short.leaf(&opnc_pki::profile::PROVISIONING, PCID, now, &mut rand::rng()).unwrap();
    for name in ["subCa1Certificate", "subCa2Certificate"] {
        let mut chain = json!({"certificate": base64(&leaf.certificate)});
        chain[name] = json!(base64(short.sub_ca_1.certificate()));
        let put = world.put(Role::Oem, CARS, &json!({"provisioningCertificateChain": chain})).await;
        assert_eq!(put.status, 200, "{name}: {}", put.text);
    }
    assert_eq!(world.generate("DEDDD000000001", PCID).await.status, 201);
    let car = opnc_test_util::vehicle(&leaf, std::slice::from_ref(&world.v2g_root));
    assert_eq!(world.installed(&car).await, "DEDDD000000001");
}

/// B4: ISO 15118-2 carries 800 bytes of DER, which are more characters of base64.
#[tokio::test]
async fn the_size_of_certificates() {
    let world = World::begin().await;
    for (size, too_large) in [(800, false), (801, true), (1600, true)] {
        let der = BASE64_STANDARD.encode(vec![0x30; size]);
        let chain = json!({"certificate": der, "subCa1Certificate": base64(&world.v2g_root)});
        let put = world.put(Role::Oem, CARS, &json!({"provisioningCertificateChain": chain})).await;
        assert_eq!(put.status, 400);
        let limit = format!("vehicleCertificate : has {size} bytes of DER; ISO 15118-2 allows 800");
        assert_eq!(put.messages().contains(&limit), too_large, "{}", put.text);
    }
}

/// B6, B18: every spelling of the DH key; without a PCID the data are signed and not stored.
#[tokio::test]
async fn signing() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let contract = world.emsp.leaf("DECCC000000001");
    let mut body = serde_json::to_value(sign_body("DECCC000000001", &contract, &car.leaf, None)).unwrap();
    let before = world.ecosystem.snapshot().await;
    let key = body["contractCertificateBundle"].as_object_mut().unwrap().remove("dHpublickey").unwrap();
    for name in ["dHpublickey", "dHPublicKey", "DHpublickey"] {
        let mut body = body.clone();
        body["contractCertificateBundle"][name] = key.clone();
        let answer = world.put(Role::EmspOwnPki, SIGN, &body).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.text);
        let signed = &answer.json()["signedContractData"];
        assert_eq!((&signed["emaid"], signed.get("pcid")), (&json!("DECCC000000001"), None));
        assert_eq!(signed["cpsV2GRootCertificateFingerprint"], world.v2g_root.fingerprint().to_string());
        car.vehicle
            .accept(&opnc_test_util::exi_of(&answer), &opnc_test_util::session_id("00"), world.ecosystem.clock.now())
            .unwrap();
    }
    assert_eq!(before.changed(&world.ecosystem.snapshot().await), Vec::<String>::new());
    body["contractCertificateBundle"]["dHpublickey"] = key;
    body["contractCertificateBundle"]["pcid"] = json!(PCID.to_lowercase());
    assert_eq!(world.put(Role::EmspOwnPki, SIGN, &body).await.status, 201);
    assert_eq!(world.installed(&car.vehicle).await, "DECCC000000001");
}

/// B9, B11, B16: namespaces, metadata that come back, and look-ups over all versions.
#[tokio::test]
async fn namespaces_and_metadata() {
    let mut world = World::begin().await;
    world.car(PCID).await;
    let begins = "2026-06-01T12:00:00Z";
    let mut body = serde_json::to_value(generate_body("DEDDD000000001", PCID, begins, "2027-06-01T12:00:00Z")).unwrap();
    for namespace in
        ["urn:iso:15118:20:2020:MsgDef", "urn:iso:15118:20:2022:MsgDef", "urn:iso:std:iso:15118:-20:CommonMessages"]
    {
        body["xsdMsgDefNamespace"] = json!(namespace);
        let answer = world.put(Role::EmspNoPki, GENERATE, &body).await;
        assert_eq!(answer.status, 400, "all three mean ISO 15118-20: {}", answer.text);
        let not_published = "The OEM provisioning certificate with the given PCID is not available.";
        assert_eq!(answer.messages(), [not_published], "the car speaks ISO 15118-2 alone");
    }
    body["xsdMsgDefNamespace"] = json!(ISO2);
    for name in ["metadata", "metaData"] {
        body.as_object_mut().unwrap().retain(|key, _| !key.to_lowercase().starts_with("meta"));
        body[name] = json!(format!("sent as {name}"));
        body["subscriptionUrl"] = json!("http://127.0.0.1:9/never-fetched");
        assert_eq!(world.put(Role::EmspNoPki, GENERATE, &body).await.status, 201);
        for (role, path) in [
            (Role::EmspNoPki, "/opnc/v1/ccp/contractData/emaid/DEDDD000000001".to_owned()),
            (Role::Oem, format!("/opnc/v1/ccp/contractData/pcid/{PCID}")),
            (Role::Oem, format!("/opnc/v1/ccp/signedcontractdata/DEDDD000000001/{PCID}")),
        ] {
            let answer = world.get(role, &path).await.json();
            let list = answer.get("contractDataCollection").or(answer.get("signedContractDataCollection"));
            let entry = &list.unwrap()[0];
            assert_eq!(entry["metaData"], format!("sent as {name}"), "{path}");
            assert_eq!(entry["subscriptionUrl"], "http://127.0.0.1:9/never-fetched", "{path}");
            assert_eq!((&entry["xsdMsgDefNamespace"], &entry["pcid"]), (&json!(ISO2), &json!(PCID)), "{path}");
        }
    }
    let path = "/opnc/v1/ccp/contractData/emaid/DEDDD000000001";
    for (query, status) in [
        (format!("?xsdMsgDefNamespace={ISO2}"), 200),
        ("?xsdMsgDefNamespace=urn:iso:15118:20:2020:MsgDef".to_owned(), 404),
        (format!("?cpsV2GRootCertificateFingerprint={}", world.v2g_root.fingerprint()), 200),
        (format!("?cpsV2GRootCertificateFingerprint={}", "00".repeat(32)), 404),
    ] {
        assert_eq!(world.get(Role::EmspNoPki, &format!("{path}{query}")).await.status, status, "{query}");
    }
}

/// The dates of a contract: the official words, and nothing that only our own CA could refuse.
#[tokio::test]
async fn the_dates_of_a_contract() {
    let mut world = World::begin().await;
    world.car(PCID).await;
    let before = world.ecosystem.snapshot().await;
    let late = "contractEnds : must be later than contractBegins";
    for (begins, ends, expected) in [
        ("2026-01-01T00:00:00Z", "2026-06-01T11:59:59Z", texts::CONTRACT_ENDS_IN_PAST),
        ("2026-07-01T00:00:00Z", "2026-06-30T00:00:00Z", late),
        ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00.5Z", late),
        ("2026-07-01T00:00:00Z", "2076-07-01T00:00:00Z", "contractEnds : must not be after the end of the issuing CA"),
        ("2026-07-01T00:00:00Z", "9999-12-30T21:59:59Z", "contractEnds : must not be after the end of the issuing CA"),
        // The issuing CA is as old as this second: there is no time left for a certificate.
        ("2025-01-01T00:00:00Z", "2026-06-01T12:00:00Z", "contractEnds : must be after the begin of the issuing CA"),
        ("2025-01-01T00:00:00Z", "2026-06-01T12:00:00.9Z", "contractEnds : must be after the begin of the issuing CA"),
    ] {
        let body = json!({
            "contractBegins": begins, "contractEnds": ends, "emaid": "DEDDD000000001", "pcid": PCID,
            "xsdMsgDefNamespace": ISO2,
        });
        let answer = world.put(Role::EmspNoPki, GENERATE, &body).await;
        assert_eq!((answer.status, answer.messages().len()), (400, 1), "{begins} {ends}: {}", answer.text);
        assert!(answer.messages()[0].starts_with(expected), "{begins} {ends}: {}", answer.text);
    }
    assert_eq!(before.changed(&world.ecosystem.snapshot().await), Vec::<String>::new());
    // An old contract gets a certificate from when it can.
    let old = generate_body("DEDDD000000001", PCID, "1900-01-01T00:00:00Z", "2026-06-01T12:00:01Z");
    assert_eq!(world.put(Role::EmspNoPki, GENERATE, &old).await.status, 201);
}
