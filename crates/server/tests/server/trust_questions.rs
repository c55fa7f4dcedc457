//! Questions about trust whose answers lie with others: missing CAs, and whether anything is revoked.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::Role;
use opnc_pki::Certificate;
use opnc_pki::key::sha256;
use opnc_services::revocation_check::Mode;
use opnc_test_util::World;
use serde_json::{Value, json};

use crate::revocation_check::{Mood, world};

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
        let hash = |bytes: &[u8]| hex::encode(sha256(bytes));
        let hashed = json!([{
            "hashAlgorithm": "SHA256",
            "issuerNameHash": hash(issuer.subject().der()),
            "issuerKeyHash": hash(issuer.public_key().point()),
            "serialNumber": hex::encode(leaf.serial()),
            "responderURL": leaf.ocsp_urls()[0],
        }]);
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
