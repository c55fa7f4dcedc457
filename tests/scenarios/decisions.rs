//! Where the specification contradicts itself about transport and identifiers (`docs/spec-notes.md`, rows P and I).

use opnc_messages::{Role, RootType, texts};
use opnc_pki::Clock;
use opnc_pki::hierarchy::Domain;
use opnc_test_util::calls::send;
use opnc_test_util::{TestEcosystem, TestPki, World, generate_body, provisioning_body};
use serde_json::json;

const PCID: &str = "WAA00000000000001";
const UNKNOWN: &str = "WAA00000000000009";
const ROOTS: &str = "/opnc/v1/rcp/rootcertificates";

/// P7, P11: the status of every refusal of something that is not there.
#[tokio::test]
async fn what_is_not_there() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let not_available = texts::PROVISIONING_CERTIFICATE_NOT_AVAILABLE;
    let not_found = texts::PROVISIONING_CERTIFICATE_NOT_FOUND;
    let said = |answer: opnc_test_util::calls::Answer| (answer.status, answer.messages());
    let is = |status: u16, text: &str| (status, vec![text.to_owned()]);

    assert_eq!(said(world.generate("DEDDD000000001", UNKNOWN).await), is(400, not_available));
    assert_eq!(said(world.set_default("DEDDD000000001", PCID).await), is(400, texts::CONTRACT_NOT_FOUND));
    assert_eq!(said(world.sign("DECCC000000001", &car.leaf, Some(UNKNOWN)).await), is(404, not_available));
    let signed = world.sign("DECCC000000001", &car.leaf, None).await;
    let exi = opnc_test_util::exi_of(&signed);
    assert_eq!(said(world.add("DECCC000000001", UNKNOWN, &exi).await), is(404, not_found));
    for (role, method, path, text) in [
        (Role::Oem, "GET", format!("/opnc/v1/pcp/provisioningcertificates/{UNKNOWN}"), not_found),
        (Role::Oem, "DELETE", format!("/opnc/v1/pcp/provisioningcertificates/{UNKNOWN}"), not_found),
        (Role::Cps, "GET", format!("/opnc/v1/pcp/lookupvehicle/{UNKNOWN}"), not_found),
        (Role::Oem, "GET", format!("/opnc/v1/ccp/contractData/pcid/{PCID}"), texts::CONTRACT_NOT_FOUND),
        (
            Role::EmspOwnPki,
            "GET",
            "/opnc/v1/ccp/contractData/emaid/DECCC000000001".to_owned(),
            texts::CONTRACT_NOT_FOUND,
        ),
        (
            Role::EmspOwnPki,
            "DELETE",
            "/opnc/v1/ccp/signedcontractdata/DECCC000000001".to_owned(),
            texts::CONTRACT_NOT_FOUND,
        ),
        (Role::Oem, "GET", format!("/opnc/v1/ccp/signedcontractdata/DECCC000000001/{PCID}"), texts::CONTRACT_NOT_FOUND),
        (Role::Admin, "DELETE", format!("{ROOTS}/{}", "00".repeat(32)), texts::ROOT_NOT_FOUND),
    ] {
        assert_eq!(said(world.ecosystem.call(role, method, &path, None).await), is(404, text), "{method} {path}");
    }
    // An EMAID of another car: the official 400 by every way in.
    world.car("WAA00000000000002").await;
    assert_eq!(world.sign("DECCC000000001", &car.leaf, Some(PCID)).await.status, 201);
    let other = "WAA00000000000002";
    let taken = is(400, texts::EMAID_USED_BY_OTHER_PCID);
    assert_eq!(said(world.sign("DECCC000000001", &car.leaf, Some(other)).await), taken);
    assert_eq!(said(world.add("DECCC000000001", other, &exi).await), taken);
    // An OEM root that is not in the pool.
    let stranger = TestPki::new(Domain::Oem, "OEM A", world.ecosystem.clock.now()).leaf("WAA00000000000003");
    let answer = world.publish(&stranger).await;
    assert_eq!((answer.status, answer.messages().len()), (400, 1), "{}", answer.text);
}

/// P8: both ids come back, and there are some when none were sent.
#[tokio::test]
async fn correlation() {
    let ecosystem = TestEcosystem::start().await;
    let ask = || ecosystem.request_as(ecosystem.party(Role::Oem), "GET", ROOTS);
    let sent = send(ask().await.header("OPNC-Correlation-ID", "c-1").header("OPNC-Request-ID", "r-1")).await;
    assert_eq!(
        (sent.headers["opnc-correlation-id"].as_bytes(), sent.headers["opnc-request-id"].as_bytes()),
        (&b"c-1"[..], &b"r-1"[..])
    );
    let made = send(ask().await).await;
    assert!(!made.headers["opnc-correlation-id"].is_empty() && !made.headers["opnc-request-id"].is_empty());
}

/// P9, P10: pages of roots when asked for, the whole list otherwise; a root by id and by fingerprint.
#[tokio::test]
async fn pages_and_fingerprints() {
    let ecosystem = TestEcosystem::start().await;
    let mut roots = Vec::new();
    for number in 0..5 {
        let pki = TestPki::new(Domain::Oem, &format!("OEM {number}"), ecosystem.clock.now());
        ecosystem.trust(pki.root(), RootType::Oem).await;
        roots.push(pki.root().clone());
    }
    let all = ecosystem.call(Role::Oem, "GET", ROOTS, None).await.json();
    assert_eq!((all["rootCertificateCollection"].as_array().unwrap().len(), all.get("pagination")), (5, None));
    let mut seen = Vec::new();
    for page in 1..=3 {
        let path = format!("{ROOTS}?pageSize=2&page={page}&pkiType=OEM");
        let answer = ecosystem.call(Role::Oem, "GET", &path, None).await.json();
        assert_eq!(answer["pagination"], json!({"page": page, "pageSize": 2, "totalPages": 3, "totalItems": 5}));
        seen.extend(answer["rootCertificateCollection"].as_array().unwrap().clone());
    }
    assert_eq!(json!(seen), all["rootCertificateCollection"], "each once, in one order");
    let beyond = ecosystem.call(Role::Oem, "GET", &format!("{ROOTS}?page=4&pageSize=2"), None).await;
    assert_eq!((beyond.status, &beyond.json()["rootCertificateCollection"]), (200, &json!([])));
    let id = all["rootCertificateCollection"][0]["rootCertificateId"].as_str().unwrap();
    let fingerprint = roots[0].fingerprint().to_string();
    for key in [id, &id.to_uppercase(), &fingerprint, &fingerprint.to_uppercase()] {
        let got = ecosystem.call(Role::Cps, "GET", &format!("{ROOTS}/{key}"), None).await;
        assert_eq!(got.json()["rootCertificate"]["fingerprint"], fingerprint, "{key}");
    }
}

/// P12: JSON alone.
#[tokio::test]
async fn json_alone() {
    let world = World::begin().await;
    for (role, path) in [
        (Role::EmspNoPki, "/opnc/v1/cps/contractData/generateandsign"),
        (Role::EmspOwnPki, "/opnc/v1/cps/contractData/sign"),
    ] {
        let request = world.ecosystem.request_as(world.ecosystem.party(role), "PUT", path).await;
        let answer = send(request.header("content-type", "application/xml").body("<contract/>")).await;
        assert_eq!(answer.status, 415);
        assert!(answer.messages()[0].contains("application/xml"), "{}", answer.text);
    }
}

/// I1, I4: every spelling of an EMAID is one contract, and what was sent is what is signed and shown.
#[tokio::test]
async fn spellings_of_an_emaid() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let mut key = "DEDDD000000001".to_owned();
    let check = opnc_messages::ids::check_character(&key).unwrap();
    for sent in ["de-ddd-000000001".to_owned(), "DEDDD000000001".to_owned(), format!("DE-DDD-000000001-{check}")] {
        let answer = world.generate(&sent, &PCID.to_lowercase()).await;
        assert_eq!(answer.status, 201, "{sent}: {}", answer.text);
        let installed = world.installed(&car.vehicle).await;
        assert_eq!(installed, sent.replace('-', ""), "what was sent is signed");
        let shown = world.get(Role::Oem, &format!("/opnc/v1/ccp/contractData/pcid/{PCID}")).await.json();
        assert_eq!(shown["contractDataCollection"].as_array().unwrap().len(), 1);
        assert_eq!(shown["contractDataCollection"][0]["emaid"], json!(sent));
        for path in ["DEDDD000000001", "de-ddd-000000001", "DE%2DDDD%2d000000001", &format!("deddd000000001{check}")] {
            let path = format!("/opnc/v1/ccp/contractData/emaid/{path}");
            assert_eq!(world.get(Role::EmspNoPki, &path).await.status, 200, "{path}");
        }
    }
    // A fifteenth character that does not verify is another contract, and no error.
    let wrong = if check == '0' { '1' } else { '0' };
    key.push(wrong);
    assert_eq!(world.generate(&key, PCID).await.status, 201);
    let path = format!("/opnc/v1/ccp/contractData/emaid/{key}");
    let shown = world.get(Role::EmspNoPki, &path).await.json();
    assert_eq!(
        (&shown["contractDataCollection"][0]["emaid"], &shown["contractDataCollection"][0]["defaultContract"]),
        (&json!(key), &json!(false))
    );
    assert_eq!(
        world
            .delete(Role::EmspNoPki, &format!("/opnc/v1/ccp/signedcontractdata/de-ddd-000000001-{check}"))
            .await
            .status,
        200
    );
    assert_eq!(world.installed(&car.vehicle).await, key);
}

/// I2: ISO 15118-2 carries 15 characters; by every way in.
#[tokio::test]
async fn long_emaids() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let before = world.ecosystem.snapshot().await;
    let body = generate_body("DE-DDD-000000001234", PCID, "2026-06-01T12:00:00Z", "2027-06-01T12:00:00Z");
    let generated = world.put(Role::EmspNoPki, "/opnc/v1/cps/contractData/generateandsign", &body).await;
    let contract = world.emsp.leaf("DECCC000000001");
    let body = opnc_test_util::sign_body("DECCC000000001234", &contract, &car.leaf, Some(PCID));
    let signed = world.put(Role::EmspOwnPki, "/opnc/v1/cps/contractData/sign", &body).await;
    let added = world.add("DECCC000000001234", PCID, &[0x80, 0x98]).await;
    for answer in [generated, signed, added] {
        assert_eq!((answer.status, answer.messages().len()), (400, 1), "{}", answer.text);
        assert!(answer.messages()[0].contains("characters; ISO 15118-2 carries at most 15"), "{}", answer.text);
    }
    assert_eq!(before.changed(&world.ecosystem.snapshot().await), Vec::<String>::new());
}

/// I3: the certificate's own writing is what is used and shown.
#[tokio::test]
async fn spellings_of_a_pcid() {
    let mut world = World::begin().await;
    let written = "waa0000000000000bX";
    let car = world.car(written).await;
    for path in [written, &written.to_uppercase(), "WAA0000000000000%42x", "WAA0000000000000B"] {
        let got = world.get(Role::Oem, &format!("/opnc/v1/pcp/provisioningcertificates/{path}")).await;
        assert_eq!(got.status, 200, "{path}: {}", got.text);
    }
    assert_eq!(world.generate("DEDDD000000001", &written.to_uppercase()).await.status, 201);
    let shown = world.get(Role::Oem, &format!("/opnc/v1/ccp/contractData/pcid/{written}")).await.json();
    assert_eq!(shown["contractDataCollection"][0]["pcid"], written);
    assert_eq!(world.installed(&car.vehicle).await, "DEDDD000000001");
    // The same car published anew in other letters replaces its record.
    let upper = world.oem.leaf(&written.to_uppercase());
    assert_eq!(
        world.put(Role::Oem, "/opnc/v1/pcp/provisioningcertificates", &provisioning_body(&upper)).await.status,
        200
    );
    assert_eq!(world.ecosystem.snapshot().await.count("provisioning"), 1);
    // It has another key: what was made for the old one is gone.
    assert_eq!(world.get(Role::Oem, &format!("/opnc/v1/ccp/contractData/pcid/{written}")).await.status, 404);
}
