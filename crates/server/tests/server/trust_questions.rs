//! Questions about trust whose answers lie with others: missing CAs, and whether anything is revoked.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::Role;
use opnc_messages::ids::OperatorId;
use opnc_pki::Certificate;
use opnc_pki::key::sha256;
use opnc_services::caller::Owned;
use opnc_services::parties::NewParty;
use opnc_services::revocation_check::Mode;
use opnc_test_util::World;
use serde_json::{Value, json};

use crate::revocation_check::{Mood, turn, world};

async fn ask(world: &World, path: &str, body: Value) -> Value {
    let answer = world.ecosystem.call(Role::Cpo, "POST", &format!("/opnc/v1/trust/{path}"), Some(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn text(certificate: &Certificate) -> String {
    BASE64_STANDARD.encode(certificate.der())
}

#[tokio::test]
async fn missing_cas_are_fetched_where_the_operator_allows_it() {
    for mood in [Mood::Good, Mood::Revoked] {
        let (world, _, car) = world(Mode::Require, mood).await;
        let body = json!({"certificates": [text(&car.leaf.certificate)], "purpose": "provisioning"});
        let answer = ask(&world, "resolve", body).await;
        let sources: Vec<_> = answer["path"].as_array().unwrap().iter().map(|one| one["source"].clone()).collect();
        assert_eq!(sources, ["given", "fetched", "fetched", "anchor"], "{answer}");
        assert_eq!(answer["resolved"], mood == Mood::Good, "{answer}");
        let told = answer["path"][0]["revocation"]["state"].clone();
        assert_eq!(told, if mood == Mood::Good { "good" } else { "revoked" });
    }
    let strict = World::begin_with(|options| {
        options.policy.revocation.outbound.allow = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let (elsewhere, _, car) = world(Mode::Off, Mood::Good).await;
    strict.ecosystem.trust(elsewhere.oem.root(), opnc_messages::RootType::Oem).await;
    let body = json!({"certificates": [text(&car.leaf.certificate)], "purpose": "provisioning"});
    assert_eq!(ask(&strict, "resolve", body).await["resolved"], false, "nothing is fetched by default");
}

#[tokio::test]
async fn revocation_of_contracts_of_others() {
    for (mood, by_chain, by_hashes) in [
        (Mood::Good, "Accepted", "Accepted"),
        (Mood::Revoked, "CertificateRevoked", "CertificateRevoked"),
        // Nobody tells, and this operator requires it.
        (Mood::Unknown, "CertChainError", "CertChainError"),
    ] {
        let (mut world, others, _) = world(Mode::Require, mood).await;
        let leaf = world.emsp.leaf("DECCC000000009").certificate;
        others.lock().unwrap().serial = leaf.serial().to_vec();
        let issuer = world.emsp.hierarchy.sub_ca_2.certificate().clone();
        let chain = [&leaf, &issuer, world.emsp.hierarchy.sub_ca_1.certificate()].map(text);
        let answer = ask(&world, "authorize", json!({"certificates": chain})).await;
        assert_eq!(answer["certificateStatus"], by_chain, "{mood:?}: {answer}");

        // The sub CAs are known from now on only if a path went through them and they are stored: here they are not.
        let hashed = json!([hashes(&issuer, leaf.serial(), &leaf.ocsp_urls()[0])]);
        let answer = ask(&world, "authorize", json!({"iso15118CertificateHashData": hashed})).await;
        assert_eq!(answer["certificateStatus"], "CertChainError", "{answer}");
        assert_eq!(answer["notChecked"], json!(["signature", "dates", "revocation"]));

        // Known once a contract of this eMSP has been through the pool.
        store(&world, &[&issuer, world.emsp.hierarchy.sub_ca_1.certificate()]).await;
        let answer = ask(&world, "authorize", json!({"iso15118CertificateHashData": hashed})).await;
        assert_eq!(answer["certificateStatus"], by_hashes, "{mood:?}: {answer}");
        assert_eq!(answer["contract"], "unknown");
    }
}

/// What a charging station sends of a certificate.
pub(crate) fn hashes(issuer: &Certificate, serial: &[u8], responder: &str) -> Value {
    let hash = |bytes: &[u8]| hex::encode(sha256(bytes));
    json!({
        "hashAlgorithm": "SHA256",
        "issuerNameHash": hash(issuer.subject().der()),
        "issuerKeyHash": hash(issuer.public_key().point()),
        "serialNumber": hex::encode(serial),
        "responderURL": responder,
    })
}

/// Whoever chooses the place that is asked chooses the answer: it counts for nobody else, whether it is none or an old one.
#[tokio::test]
async fn the_place_that_a_caller_names_answers_that_caller_alone() {
    const DEAD: &str = "http://127.0.0.1:1/ocsp";
    let (mut world, others, _) = world(Mode::SoftFail, Mood::Revoked).await;
    let operator = OperatorId::parse("DECPX").unwrap();
    let owned = Owned { operators: vec![operator], ..Owned::default() };
    let second = NewParty { name: "CPO X".to_owned(), role: Role::Cpo, owned };
    world.ecosystem.add_party(second).await;
    let leaf = world.emsp.leaf("DECCC000000009").certificate;
    others.lock().unwrap().serial = leaf.serial().to_vec();
    let (upper, issuer) = (&world.emsp.hierarchy.sub_ca_1, world.emsp.hierarchy.sub_ca_2.certificate());
    store(&world, &[issuer, upper.certificate()]).await;
    let right = &leaf.ocsp_urls()[0];
    let asked = async |party: &str, url: &str| {
        let body = json!({"iso15118CertificateHashData": [hashes(issuer, leaf.serial(), url)]});
        let answer = world.ecosystem.call_named(party, "POST", "/opnc/v1/trust/authorize", Some(&body)).await;
        let answer = answer.json();
        (answer["certificateStatus"].as_str().unwrap().to_owned(), answer["revocation"].as_str().unwrap().to_owned())
    };
    let said = |status: &str, revocation: &str| (status.to_owned(), revocation.to_owned());

    // Nobody answers where one CPO points to; the other one names the right place, and so does the first one then.
    assert_eq!(asked("CPO B", DEAD).await, said("Accepted", "unknown"));
    for party in ["CPO X", "CPO B"] {
        assert_eq!(asked(party, right).await, said("CertificateRevoked", "revoked"), "{party}");
    }
    // An answer from before the revocation, at another place.
    turn(&world, &others, Mood::Replayed, 61);
    let copy = right.replace("/ocsp", "/ocsp?of=yesterday");
    assert_eq!(asked("CPO B", &copy).await, said("Accepted", "unknown"), "not good: it is not one to this question");
    assert_eq!(asked("CPO X", right).await, said("CertificateRevoked", "revoked"));

    // Once a leaf of this CA was seen, who tells is known: nobody needs the caller for that.
    turn(&world, &others, Mood::Revoked, 61);
    let chain = [&leaf, issuer, upper.certificate()].map(text);
    assert_eq!(
        ask(&world, "authorize", json!({"certificates": chain})).await["certificateStatus"],
        "CertificateRevoked"
    );
    for party in ["CPO B", "CPO X"] {
        assert_eq!(asked(party, DEAD).await, said("CertificateRevoked", "revoked"), "{party}");
    }
}

/// A contract that the pool has says itself who tells.
#[tokio::test]
async fn a_contract_of_the_pool_names_its_own_responder() {
    let (mut world, others, car) = world(Mode::SoftFail, Mood::Good).await;
    assert_eq!(world.publish(&car.leaf).await.status, 200);
    let pcid = car.leaf.certificate.common_name().unwrap().to_owned();
    assert_eq!(world.sign("DECCC000000009", &car.leaf, Some(&pcid)).await.status, 201);
    let answer = world.get(Role::EmspOwnPki, "/opnc/v1/ccp/contractData/emaid/DECCC000000009").await.json();
    let der = answer["contractDataCollection"][0]["contractCertificate"].as_str().unwrap();
    let leaf = Certificate::from_der(&BASE64_STANDARD.decode(der).unwrap()).unwrap();
    turn(&world, &others, Mood::Revoked, 61);
    others.lock().unwrap().serial = leaf.serial().to_vec();
    let hashed = hashes(world.emsp.hierarchy.sub_ca_2.certificate(), leaf.serial(), "http://127.0.0.1:1/ocsp");
    let answer = ask(&world, "authorize", json!({"iso15118CertificateHashData": [hashed]})).await;
    assert_eq!(answer["certificateStatus"], "CertificateRevoked", "{answer}");
}

async fn store(world: &World, cas: &[&Certificate]) {
    use opnc_store::certificates::{CaCertificate, put};
    let rows: Vec<_> =
        cas.iter().map(|ca| CaCertificate { fingerprint: ca.fingerprint(), der: ca.der().to_vec() }).collect();
    let rows = &rows;
    let store = world.ecosystem.ecosystem.store();
    let stored = store.run_tx("store", |tx| {
        Box::pin(async move {
            for row in rows {
                put(tx, row).await?;
            }
            Ok::<_, opnc_store::StoreError>(())
        })
    });
    stored.await.unwrap();
}
