//! Which root a certificate leads to, and whether a contract is good: as parties ask over HTTP.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::Role;
use opnc_pki::Certificate;
use opnc_pki::key::{sha256, sha384, sha512};
use opnc_store::certificates::CaCertificate;
use opnc_test_util::World;
use opnc_test_util::calls::Answer;
use serde_json::{Value, json};

const PCID: &str = "WAA00000000000001";
const OWN_PKI: &str = "DECCC000000001";
const NO_PKI: &str = "DEDDD000000001";
const RESOLVE: &str = "/opnc/v1/trust/resolve";
const AUTHORIZE: &str = "/opnc/v1/trust/authorize";

fn text(certificate: &Certificate) -> String {
    BASE64_STANDARD.encode(certificate.der())
}

async fn resolve(world: &World, role: Role, certificates: &[&Certificate], purpose: &str) -> Value {
    let certificates: Vec<_> = certificates.iter().map(|one| text(one)).collect();
    let body = json!({"certificates": certificates, "purpose": purpose});
    let answer = world.ecosystem.call(role, "POST", RESOLVE, Some(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn authorize_body(world: &World, body: Value) -> Answer {
    world.ecosystem.call(Role::Cpo, "POST", AUTHORIZE, Some(&body)).await
}

async fn authorize(world: &World, certificates: &[&Certificate]) -> Value {
    let pem: String = certificates.iter().map(|one| one.to_pem()).collect();
    let answer = authorize_body(world, json!({"certificate": pem})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn hashes(algorithm: &str, issuer: &Certificate, serial: &[u8]) -> Value {
    let hash = |bytes: &[u8]| match algorithm {
        "SHA256" => hex::encode(sha256(bytes)),
        "SHA384" => hex::encode(sha384(bytes)),
        _ => hex::encode(sha512(bytes)),
    };
    json!({
        "hashAlgorithm": algorithm,
        "issuerNameHash": hash(issuer.subject().der()),
        "issuerKeyHash": hash(issuer.public_key().point()),
        "serialNumber": hex::encode(serial).trim_start_matches('0'),
        "responderURL": "http://ocsp.example/",
    })
}

async fn authorize_hashes(world: &World, hashed: &[Value]) -> Value {
    let answer = authorize_body(world, json!({"iso15118CertificateHashData": hashed})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// The contract certificate of an EMAID as the pool has it, and the CAs above it in this ecosystem's messages.
async fn contract_leaf(world: &World, emaid: &str) -> Certificate {
    let role = if emaid == OWN_PKI { Role::EmspOwnPki } else { Role::EmspNoPki };
    let answer = world.get(role, &format!("/opnc/v1/ccp/contractData/emaid/{emaid}")).await;
    let body = answer.json();
    let text = body["contractDataCollection"][0]["contractCertificate"].as_str().unwrap().to_owned();
    Certificate::from_der(&BASE64_STANDARD.decode(text).unwrap()).unwrap()
}

#[tokio::test]
async fn a_leaf_alone_is_resolved_by_what_the_pools_hold() {
    let mut world = World::begin().await;
    let car = world.new_car(PCID);
    let leaf = car.leaf.certificate.clone();
    // Nobody has seen a sub CA of this maker yet.
    let answer = resolve(&world, Role::Cpo, &[&leaf], "provisioning").await;
    assert_eq!(answer["resolved"], false);
    assert_eq!(answer["path"][0]["problems"][0]["responsible"], "presenter");
    let advice = answer["path"][0]["problems"][0]["advice"].as_str().unwrap();
    assert!(advice.contains("the OEM with the WMI WAA has it"), "{advice}");

    assert_eq!(world.publish(&car.leaf).await.status, 200);
    for role in Role::ALL {
        let answer = resolve(&world, role, &[&leaf], "provisioning").await;
        assert_eq!(answer["resolved"], true, "{answer}");
        assert_eq!(answer["anchor"]["fingerprint"], world.oem.root().fingerprint().to_string());
        assert_eq!(answer["anchor"]["rootTypeList"], json!(["OEM"]));
        assert!(answer["anchor"]["rootCertificateId"].is_string());
        let sources: Vec<_> = answer["path"].as_array().unwrap().iter().map(|one| one["source"].clone()).collect();
        assert_eq!(sources, ["given", "known", "known", "anchor"]);
    }
    // The root is in the pool, and not for this.
    let answer = resolve(&world, Role::Cpo, &[&leaf], "contract").await;
    assert_eq!(answer["resolved"], false);
    let problems: Vec<_> = answer["path"].as_array().unwrap().iter().map(|one| one["problems"].clone()).collect();
    assert!(problems[0][0]["problem"].as_str().unwrap().contains("needs DC=MO"), "{answer}");
    assert_eq!(problems[3][0]["responsible"], "poolOperator", "{answer}");
    // Later, everything that has ended is told.
    let body = json!({"certificates": [text(&leaf)], "purpose": "provisioning", "at": "2090-01-01T00:00:00Z"});
    let answer = world.ecosystem.call(Role::Oem, "POST", RESOLVE, Some(&body)).await.json();
    let ended = answer["path"].as_array().unwrap().iter().filter(|one| !one["problems"].is_null());
    assert_eq!(ended.count(), 4, "{answer}");
}

#[tokio::test]
async fn contracts_from_their_making_to_their_end() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.sign(OWN_PKI, &car.leaf, Some(PCID)).await.status, 201);
    assert_eq!(world.generate(NO_PKI, PCID).await.status, 201);
    let (own, made) = (contract_leaf(&world, OWN_PKI).await, contract_leaf(&world, NO_PKI).await);

    for (leaf, emaid, provider) in [(&own, OWN_PKI, "DECCC"), (&made, NO_PKI, "DEDDD")] {
        let answer = authorize(&world, &[leaf]).await;
        assert_eq!(answer["certificateStatus"], "Accepted", "{answer}");
        assert_eq!((&answer["emaid"], &answer["providerId"]), (&json!(emaid), &json!(provider)));
        assert_eq!(answer["contract"], "active");
    }
    // Our own register answers for what our CA issued; nobody else was asked.
    assert_eq!(authorize(&world, &[&made]).await["path"][0]["revocation"]["state"], "good");
    assert_eq!(authorize(&world, &[&own]).await["notChecked"], json!(["revocation"]));
    let body = json!({"certificates": [text(&own)], "emaid": NO_PKI});
    assert_eq!(authorize_body(&world, body).await.json()["certificateStatus"], "CertChainError");

    // A newer certificate takes the place of the first, which stays good: the car has not got it yet.
    assert_eq!(world.sign(OWN_PKI, &car.leaf, Some(PCID)).await.status, 201);
    let newer = contract_leaf(&world, OWN_PKI).await;
    let answer = authorize(&world, &[&own]).await;
    assert_eq!((&answer["certificateStatus"], &answer["contract"]), (&json!("Accepted"), &json!("replaced")));
    assert_eq!(authorize(&world, &[&newer]).await["contract"], "active");

    // The end of both contracts: one is revoked with it.
    for (role, emaid) in [(Role::EmspOwnPki, OWN_PKI), (Role::EmspNoPki, NO_PKI)] {
        assert_eq!(world.delete(role, &format!("/opnc/v1/ccp/signedcontractdata/{emaid}")).await.status, 200);
    }
    for leaf in [&own, &newer, &made] {
        let answer = authorize(&world, &[leaf]).await;
        assert_eq!(answer["certificateStatus"], "ContractCancelled", "{answer}");
        assert!(answer["emaid"].is_string());
    }
    // Nothing that is left names the person or the car.
    let left = world.ecosystem.snapshot().await.rows("cancelled_contracts").join("\n");
    assert!(!left.contains(OWN_PKI) && !left.contains(NO_PKI) && !left.contains(PCID), "{left}");
    assert_eq!(world.ecosystem.snapshot().await.count("cancelled_contracts"), 3);
}

#[tokio::test]
async fn hashes_alone() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.sign(OWN_PKI, &car.leaf, Some(PCID)).await.status, 201);
    let own = contract_leaf(&world, OWN_PKI).await;
    let issuer = world.emsp.hierarchy.sub_ca_2.certificate().clone();
    let upper = world.emsp.hierarchy.sub_ca_1.certificate().clone();
    for algorithm in ["SHA256", "SHA384", "SHA512"] {
        let hashed = [hashes(algorithm, &issuer, own.serial()), hashes(algorithm, &upper, issuer.serial())];
        let answer = authorize_hashes(&world, &hashed).await;
        assert_eq!(answer["certificateStatus"], "Accepted", "{answer}");
        assert_eq!((&answer["emaid"], &answer["contract"]), (&json!(OWN_PKI), &json!("active")));
        assert_eq!(answer["notChecked"], json!(["signature", "dates", "revocation"]));
    }
    let other = world.oem.hierarchy.sub_ca_2.certificate().clone();
    let answer = authorize_hashes(&world, &[hashes("SHA256", &other, own.serial())]).await;
    assert_eq!(answer["certificateStatus"], "CertChainError", "an issuer of another domain: {answer}");
    let stranger = opnc_test_util::TestPki::new(
        opnc_pki::hierarchy::Domain::Emsp,
        "Nobody",
        "2026-06-01T12:00:00Z".parse().unwrap(),
    );
    let answer = authorize_hashes(&world, &[hashes("SHA256", stranger.root(), own.serial())]).await;
    assert_eq!(answer["certificateStatus"], "CertChainError");
    assert!(answer["emaid"].is_null(), "the serial number alone tells nothing: {answer}");

    // A CA of ours knows what it issued.
    assert_eq!(world.generate(NO_PKI, PCID).await.status, 201);
    let made = contract_leaf(&world, NO_PKI).await;
    let answer = resolve(&world, Role::Cpo, &[&made], "contract").await;
    let der = BASE64_STANDARD.decode(answer["path"][1]["certificate"].as_str().unwrap()).unwrap();
    let ours = Certificate::from_der(&der).unwrap();
    let answer = authorize_hashes(&world, &[hashes("SHA256", &ours, made.serial())]).await;
    assert_eq!((&answer["certificateStatus"], &answer["revocation"]), (&json!("Accepted"), &json!("good")), "{answer}");
    let answer = authorize_hashes(&world, &[hashes("SHA256", &ours, &[0x42; 9])]).await;
    assert_eq!(answer["certificateStatus"], "NoCertificateAvailable");
    world.ecosystem.set_clock("2030-01-01T00:00:00Z");
    let answer = authorize_hashes(&world, &[hashes("SHA256", &ours, made.serial())]).await;
    assert_ne!(answer["certificateStatus"], "Accepted");
    world.ecosystem.set_clock("2026-06-01T12:00:00Z");

    for (role, emaid) in [(Role::EmspOwnPki, OWN_PKI), (Role::EmspNoPki, NO_PKI)] {
        assert_eq!(world.delete(role, &format!("/opnc/v1/ccp/signedcontractdata/{emaid}")).await.status, 200);
    }
    for hashed in [hashes("SHA384", &issuer, own.serial()), hashes("SHA384", &ours, made.serial())] {
        let answer = authorize_hashes(&world, &[hashed]).await;
        assert_eq!(answer["certificateStatus"], "ContractCancelled", "{answer}");
    }
}

/// What our own records know is asked: that something is no contract, was never issued, or is another's.
#[tokio::test]
async fn hashes_of_what_is_no_contract() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.sign(OWN_PKI, &car.leaf, Some(PCID)).await.status, 201);
    let with_emaid = async |hashed: Value, emaid: &str| {
        let body = json!({"iso15118CertificateHashData": [hashed], "emaid": emaid});
        authorize_body(&world, body).await.json()
    };
    // Every CA of ours, below the CA that has issued it, and a number that none of them has given.
    let (rows, certificates) = {
        let mut reader = world.ecosystem.ecosystem.store().read().await.unwrap();
        let rows = opnc_store::authorities::list(&mut reader).await.unwrap();
        let first = [0; 32].into();
        (rows, opnc_store::certificates::after(&mut reader, &first, 1000).await.unwrap())
    };
    let certificates: Vec<_> = certificates.iter().filter_map(|row| Certificate::from_der(&row.der).ok()).collect();
    let mut seen = 0;
    for row in rows {
        let ca = Certificate::from_der(&row.certificate.der).unwrap();
        let is_issuer = |one: &&Certificate| ca.verify_signature(one.public_key()).is_ok();
        let Some(issuer) = certificates.iter().find(is_issuer) else { continue };
        seen += 1;
        for emaid in [OWN_PKI, NO_PKI] {
            let answer = with_emaid(hashes("SHA256", issuer, ca.serial()), emaid).await;
            assert_eq!(answer["certificateStatus"], "CertChainError", "{:?}: {answer}", row.kind);
        }
        if ca.is_ca() {
            let answer = authorize_hashes(&world, &[hashes("SHA256", &ca, &[0x0b, 0xad])]).await;
            assert_eq!(answer["certificateStatus"], "NoCertificateAvailable", "{:?}: {answer}", row.kind);
        }
    }
    assert!(seen >= 10, "{seen}");

    // Below a foreign root directly; and what a foreign CA may have issued is not said to be this contract.
    let answer = with_emaid(hashes("SHA256", world.emsp.root(), &[0x0b, 0xad]), OWN_PKI).await;
    assert_eq!(answer["certificateStatus"], "CertChainError", "{answer}");
    let issuer = world.emsp.hierarchy.sub_ca_2.certificate();
    let answer = with_emaid(hashes("SHA256", issuer, &[0x0b, 0xad]), OWN_PKI).await;
    assert_eq!(answer["certificateStatus"], "Accepted", "{answer}");
    assert_eq!(answer["notChecked"], json!(["signature", "dates", "revocation", "emaid"]));
    assert!(answer["warnings"][0].as_str().unwrap().contains(OWN_PKI) && answer["emaid"].is_null(), "{answer}");

    // What is left of a contract names its eMSP.
    let own = contract_leaf(&world, OWN_PKI).await;
    let hashed = hashes("SHA256", issuer, own.serial());
    assert_eq!(with_emaid(hashed.clone(), OWN_PKI).await["notChecked"], json!(["signature", "dates", "revocation"]));
    assert_eq!(world.delete(Role::EmspOwnPki, &format!("/opnc/v1/ccp/signedcontractdata/{OWN_PKI}")).await.status, 200);
    assert_eq!(with_emaid(hashed.clone(), OWN_PKI).await["certificateStatus"], "ContractCancelled");
    let answer = with_emaid(hashed, NO_PKI).await;
    assert_eq!(answer["certificateStatus"], "CertChainError", "{answer}");
    assert!(answer["reason"].as_str().unwrap().contains("DECCC"), "{answer}");
}

/// A root that certifies a CA of ours makes no way around our register.
#[tokio::test]
async fn our_register_counts_whoever_else_certifies_our_ca() {
    let mut world = World::begin().await;
    world.car(PCID).await;
    assert_eq!(world.generate(NO_PKI, PCID).await.status, 201);
    let made = contract_leaf(&world, NO_PKI).await;
    let answer = resolve(&world, Role::Cpo, &[&made], "contract").await;
    let der = BASE64_STANDARD.decode(answer["path"][1]["certificate"].as_str().unwrap()).unwrap();
    let ours = Certificate::from_der(&der).unwrap();
    let upper = world.emsp.hierarchy.sub_ca_1.clone();
    for round in 0..12_u8 {
        // The same name and key with another number, signed by somebody else.
        let der = opnc_test_util::resigned(&ours, upper.signer(), &ours.serial()[..4], &[round]);
        let cross = Certificate::from_der(&der).unwrap();
        let row = CaCertificate { fingerprint: cross.fingerprint(), der: cross.der().to_vec() };
        let row = &row;
        let store = world.ecosystem.ecosystem.store();
        let put = store.run_tx("store", |tx| Box::pin(async move { opnc_store::certificates::put(tx, row).await }));
        put.await.unwrap();
    }
    let answer = authorize_hashes(&world, &[hashes("SHA256", &ours, made.serial())]).await;
    assert_eq!((&answer["certificateStatus"], &answer["emaid"]), (&json!("Accepted"), &json!(NO_PKI)), "{answer}");
    let answer = authorize_hashes(&world, &[hashes("SHA256", &ours, &[0x42; 9])]).await;
    assert_eq!(answer["certificateStatus"], "NoCertificateAvailable");
}

#[tokio::test]
async fn what_is_wrong_has_the_word_of_the_station() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    assert_eq!(world.sign(OWN_PKI, &car.leaf, Some(PCID)).await.status, 201);
    let good = world.emsp.leaf("DECCC000000009").certificate;
    assert_eq!(authorize(&world, &[&good]).await["contract"], "unknown", "never in this pool, and yet good");
    let signer = opnc_pki::key::SoftwareKey::generate(opnc_pki::key::Algorithm::Secp256r1).unwrap().into();
    let forged = Certificate::from_der(&opnc_test_util::resigned(&good, &signer, &[], &[])).unwrap();
    assert_eq!(authorize(&world, &[&forged]).await["certificateStatus"], "SignatureError");
    let stranger = opnc_test_util::TestPki::new(
        opnc_pki::hierarchy::Domain::Emsp,
        "Nobody",
        "2026-06-01T12:00:00Z".parse().unwrap(),
    )
    .leaf("DECCC000000009");
    assert_eq!(authorize(&world, &[&stranger.certificate]).await["certificateStatus"], "CertChainError");
    assert_eq!(authorize(&world, &[&car.leaf.certificate]).await["certificateStatus"], "CertChainError");
    let ended = world.emsp.leaf_valid("DECCC000000008", "2026-06-01T12:00:00Z", "2026-06-02T12:00:00Z").certificate;
    assert_eq!(authorize(&world, &[&ended]).await["certificateStatus"], "Accepted");
    world.ecosystem.set_clock("2026-06-03T12:00:00Z");
    let answer = authorize(&world, &[&ended]).await;
    assert_eq!(answer["certificateStatus"], "CertificateExpired");
    let advice = answer["path"][0]["problems"][0]["advice"].as_str().unwrap();
    assert_eq!(advice, "Ask the eMSP DECCC to issue a new contract certificate.");
    for role in [Role::Oem, Role::Admin, Role::EmspOwnPki] {
        let answer = world.ecosystem.call(role, "POST", AUTHORIZE, Some(&json!({"certificate": text(&good)}))).await;
        assert_eq!(answer.status, 403, "{role}");
    }
}

/// Ten thousand certificates, loops, huge names: refused or answered, and never slow.
#[tokio::test]
async fn hostile_questions() {
    let mut world = World::begin().await;
    let leaf = text(&world.emsp.leaf("DECCC000000009").certificate);
    let ask = async |certificates: Value| {
        let body = json!({"certificates": certificates, "purpose": "contract"});
        world.ecosystem.call(Role::Cpo, "POST", RESOLVE, Some(&body)).await
    };
    for (certificates, words) in [
        (json!([]), "at least one"),
        (json!("?"), "on certificates"),
        (json!([leaf, BASE64_STANDARD.encode([0x30, 0x82, 0x01])]), "certificates[1]"),
        (json!(vec![leaf.as_str(); 100]), "100 were sent"),
        (json!(BASE64_STANDARD.encode(vec![0x30; 5000])), "5000 bytes"),
    ] {
        let answer = ask(certificates).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.text.contains(words), "{words}: {}", answer.text);
    }
    let many = ask(json!(vec!["MAA="; 10_000])).await;
    assert!([400, 413].contains(&many.status), "{}", many.status);
    let answer = authorize_body(&world, json!({})).await;
    assert_eq!(answer.status, 400);
    let five = vec![hashes("SHA256", world.emsp.root(), &[1]); 5];
    let answer = authorize_body(&world, json!({"iso15118CertificateHashData": five})).await;
    assert!(answer.status == 400 && answer.text.contains("at most 4"), "{}", answer.text);
    let mut short = hashes("SHA512", world.emsp.root(), &[1]);
    short["hashAlgorithm"] = json!("SHA256");
    let answer = authorize_body(&world, json!({"iso15118CertificateHashData": [short]})).await;
    assert!(answer.status == 400 && answer.text.contains("64 digits"), "{}", answer.text);
}
