//! Certificates and chains in which one thing is wrong.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_messages::{Role, RootType};
use opnc_pki::hierarchy::{Domain, Leaf};
use opnc_pki::{Certificate, Clock};
use opnc_test_util::{ISO2, TestPki, World, resigned, sign_body};
use serde_json::{Value, json};

use super::{refused, unchanged};

const PCID: &str = "WAA00000000000001";
/// What stands before the two bytes of a key usage, the content of a CA's basic constraints, and the dates.
const KEY_USAGE: &[u8] = &[6, 3, 0x55, 0x1d, 0x0f, 1, 1, 0xff, 4, 4, 3, 2];
const CONSTRAINTS: &[u8] = &[6, 3, 0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 8, 0x30, 6];
const DATES: &[u8] = &[0x30, 0x1e, 0x17, 0x0d];
const NOT_CA: &[u8] = &[1, 1, 0, 2, 1, 0];

fn chain(leaf: &[u8], sub_ca1: &[u8], sub_ca2: &[u8]) -> Value {
    let text = |der: &[u8]| BASE64_STANDARD.encode(der);
    json!({"certificate": text(leaf), "subCa1Certificate": text(sub_ca1), "subCa2Certificate": text(sub_ca2)})
}

/// Chains that differ from a good one in one certificate, with what must be said of each.
fn wrong_chains(pki: &TestPki, leaf: &Leaf, stranger: &TestPki) -> Vec<(&'static str, Value)> {
    let (root, sub1, sub2) = (&pki.hierarchy.root, &pki.hierarchy.sub_ca_1, &pki.hierarchy.sub_ca_2);
    let good = [leaf.certificate.der(), sub1.certificate().der(), sub2.certificate().der()];
    let with = |position: usize, der: &[u8]| {
        let mut chain_of = good;
        chain_of[position] = der;
        chain(chain_of[0], chain_of[1], chain_of[2])
    };
    let leaf_with = |after: &[u8], bytes: &[u8]| with(0, &resigned(&leaf.certificate, sub2.signer(), after, bytes));
    let sub1_with = |after: &[u8], bytes: &[u8]| with(1, &resigned(sub1.certificate(), root.signer(), after, bytes));
    let sub2_with = |after: &[u8], bytes: &[u8]| with(2, &resigned(sub2.certificate(), sub1.signer(), after, bytes));
    let mut last_byte = leaf.certificate.der().to_vec();
    *last_byte.last_mut().unwrap() ^= 1;
    let trailing = [leaf.certificate.der(), &[0]].concat();
    let cut = leaf.certificate.der().split_last().unwrap().1.to_vec();
    vec![
        // keyCertSign alone
        ("key usage", leaf_with(KEY_USAGE, &[2, 4])),
        ("key usage", sub1_with(KEY_USAGE, &[7, 0x80])),
        ("key usage", sub2_with(KEY_USAGE, &[7, 0x80])),
        ("path length", sub1_with(CONSTRAINTS, &[1, 1, 0xff, 2, 1, 0])),
        ("not a CA", sub2_with(CONSTRAINTS, NOT_CA)),
        ("not a CA", sub1_with(CONSTRAINTS, NOT_CA)),
        ("expired", leaf_with(DATES, b"200101000000Z\x17\x0d200102000000Z")),
        ("expired", sub1_with(DATES, b"200101000000Z\x17\x0d200102000000Z")),
        ("expired", sub2_with(DATES, b"200101000000Z\x17\x0d200102000000Z")),
        ("not valid before", leaf_with(DATES, b"260701000000Z\x17\x0d270102000000Z")),
        ("not valid before", sub2_with(DATES, b"260701000000Z\x17\x0d270102000000Z")),
        ("is not signed by the key of", with(0, &resigned(&leaf.certificate, sub1.signer(), &[], &[]))),
        ("is not signed by the key of", with(2, &resigned(sub2.certificate(), root.signer(), &[], &[]))),
        ("", with(0, &last_byte)),
        ("", with(1, stranger.hierarchy.sub_ca_1.certificate().der())),
        ("", with(2, stranger.hierarchy.sub_ca_2.certificate().der())),
        ("", with(2, leaf.certificate.der())),
        ("", with(0, sub2.certificate().der())),
        ("Invalid certificate format on", with(0, &trailing)),
        ("Invalid certificate format on", with(0, &cut)),
        ("Invalid certificate format on", with(1, &[0x30, 0x80, 0, 0])),
        ("Invalid certificate format on subCa2Certificate", with(2, b"-----BEGIN nothing")),
        ("allows 800", with(0, &[0x30; 801])),
        ("allows 800", with(1, &[0x30; 70_000])),
    ]
}

#[tokio::test]
async fn of_a_car() {
    let mut world = World::begin().await;
    let stranger = TestPki::new(Domain::Oem, "OEM A", world.ecosystem.clock.now());
    let leaf = world.oem.leaf(PCID);
    let before = world.ecosystem.snapshot().await;
    for (number, (says, chain)) in wrong_chains(&world.oem, &leaf, &stranger).into_iter().enumerate() {
        let body = json!({"provisioningCertificateChain": chain, "xsdMsgDefNamespace": ISO2});
        let answer = world.put(Role::Oem, "/opnc/v1/pcp/provisioningcertificates", &body).await;
        let messages = refused(&answer, says);
        assert_eq!(answer.status, 400, "{number} {says}: {messages:?}");
        assert!(messages.iter().any(|message| message.contains(says)), "{number} {says}: {messages:?}");
    }
    unchanged(&world, &before).await;
    assert_eq!(world.publish(&leaf).await.status, 200, "the good chain is good");
}

#[tokio::test]
async fn of_a_contract() {
    let mut world = World::begin().await;
    let car = world.car(PCID).await;
    let stranger = TestPki::new(Domain::Emsp, "eMSP C", world.ecosystem.clock.now());
    let contract = world.emsp.leaf("DECCC000000001");
    let good = json!(sign_body("DECCC000000001", &contract, &car.leaf, Some(PCID)));
    let before = world.ecosystem.snapshot().await;
    for (number, (says, chain)) in wrong_chains(&world.emsp, &contract, &stranger).into_iter().enumerate() {
        let mut body = good.clone();
        body["contractCertificateBundle"]["contractCertificateChain"] = chain;
        let answer = world.put(Role::EmspOwnPki, "/opnc/v1/cps/contractData/sign", &body).await;
        let messages = refused(&answer, says);
        assert_eq!(answer.status, 400, "{number} {says}: {messages:?}");
        assert!(messages.iter().any(|message| message.contains(says)), "{number} {says}: {messages:?}");
    }
    // A car's chain is no contract's, and a key that is none is none.
    let bundle = |member: &str, value: Value| {
        let mut body = good.clone();
        body["contractCertificateBundle"][member] = value;
        body
    };
    let key = "contractSignatureEncryptedPrivateKey";
    let off_the_curve = [&[4][..], &[1; 64]].concat();
    for body in [
        bundle("contractCertificateChain", json!(opnc_test_util::chain_body(&car.leaf))),
        bundle("emaid", json!("DECCC000000002")),
        bundle(key, json!(BASE64_STANDARD.encode([1; 47]))),
        bundle(key, json!(BASE64_STANDARD.encode([1; 49]))),
        bundle("dHpublickey", json!(BASE64_STANDARD.encode(&off_the_curve))),
        bundle("dHpublickey", json!(BASE64_STANDARD.encode(&off_the_curve[..64]))),
        bundle("dHpublickey", json!(BASE64_STANDARD.encode([0]))),
    ] {
        let answer = world.put(Role::EmspOwnPki, "/opnc/v1/cps/contractData/sign", &body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        refused(&answer, "a wrong bundle");
    }
    unchanged(&world, &before).await;
    // All that is wrong with a bundle is said at once: the chain, the EMAID and the key.
    let mut body = bundle(key, json!("AAAA"));
    body["contractCertificateBundle"]["emaid"] = json!("DECCC000000002");
    body["contractCertificateBundle"]["contractCertificateChain"] = json!(opnc_test_util::chain_body(&car.leaf));
    let answer = world.put(Role::EmspOwnPki, "/opnc/v1/cps/contractData/sign", &body).await;
    assert_eq!(refused(&answer, "all").len(), 3, "{}", answer.text);
    let answer = world.put(Role::EmspOwnPki, "/opnc/v1/cps/contractData/sign", &good).await;
    assert_eq!(answer.status, 201, "the good bundle is good: {}", answer.text);
}

#[tokio::test]
async fn of_a_root() {
    let world = World::begin().await;
    let new = TestPki::new(Domain::Oem, "OEM Z", world.ecosystem.clock.now());
    let (root, signer) = (new.root(), new.hierarchy.root.signer());
    let good = root.der();
    let mut damaged = good.to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    // A root lives so long that its end is written with four digits of year.
    let dates = &[0x30, 0x20, 0x17, 0x0d];
    let expired = resigned(root, signer, dates, b"200101000000Z\x18\x0f20200102000000Z");
    let not_yet = resigned(root, signer, dates, b"270101000000Z");
    // digitalSignature alone
    let usage = resigned(root, signer, KEY_USAGE, &[7, 0x80]);
    let before = world.ecosystem.snapshot().await;
    for (says, der) in [
        ("expired", expired.as_slice()),
        ("not valid before", &not_yet),
        ("key usage", &usage),
        ("not signed by its own key", &damaged),
        ("not a root", new.hierarchy.sub_ca_1.certificate().der()),
        ("caCertificate", &[good, &[0]].concat()),
        ("caCertificate", &good[..good.len() - 1]),
        ("caCertificate", &[0x30]),
    ] {
        let body = json!({"caCertificate": BASE64_STANDARD.encode(der), "rootType": "OEM"});
        let answer = world.put(Role::Admin, "/opnc/v1/rcp/rootcertificates", &body).await;
        let messages = refused(&answer, says);
        assert_eq!(answer.status, 400, "{says}: {messages:?}");
        assert!(messages.iter().any(|message| message.contains(says)), "{says}: {messages:?}");
    }
    for text in ["", " ", "-----BEGIN CERTIFICATE-----", "AAA", "&nbsp;", "=", &root.to_pem().repeat(2)] {
        let body = json!({"caCertificate": text, "rootType": "OEM"});
        let answer = world.put(Role::Admin, "/opnc/v1/rcp/rootcertificates", &body).await;
        assert_eq!(answer.status, 400, "{text}");
        assert_eq!(refused(&answer, text)[0], "Invalid certificate format on caCertificate");
    }
    unchanged(&world, &before).await;
    world.ecosystem.trust(&Certificate::from_der(good).unwrap(), RootType::Oem).await;
}
