//! What a sandbox announces, and the files that it names.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::calls::Calls;
use super::process::Sandbox;
use crate::openssl;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn the_announcement_has_the_documented_shape_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let _sandbox = Sandbox::start(directory.path(), &[]);
    let text = std::fs::read(directory.path().join("sandbox.json")).unwrap();
    let announced: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(keys(&announced), ["ecosystems"]);
    let ecosystem = &announced["ecosystems"].as_array().unwrap()[0];
    assert_eq!(
        keys(ecosystem),
        ["baseUrl", "name", "parties", "roots", "statusUrl", "tokenUrl", "trust", "vehicles", "vehicles20"]
    );
    let base = ecosystem["baseUrl"].as_str().unwrap();
    assert!(base.starts_with("http://127.0.0.1:") && !base.ends_with('/'), "{base}");
    assert_eq!(ecosystem["tokenUrl"], format!("{base}/oauth2/token"));
    let status = ecosystem["statusUrl"].as_str().unwrap();
    assert!(status.starts_with("http://127.0.0.1:") && status != base, "{status}");
    assert!(!ecosystem["name"].as_str().unwrap().is_empty());
    assert_eq!(keys(&ecosystem["trust"]), ["authorizeUrl", "bundleUrl", "keysUrl", "resolveUrl"]);
    assert_eq!(ecosystem["trust"]["bundleUrl"], format!("{base}/opnc/v1/trust/bundle"));
    parties(ecosystem);
    for root in ecosystem["roots"].as_array().unwrap() {
        assert_eq!(keys(root), ["fingerprint", "pem", "types"]);
        assert!(strings(&root["types"]).iter().all(|one| ["V2G", "eMSP", "OEM", "PE"].contains(one)), "{root}");
    }
    for vehicle in ecosystem["vehicles"].as_array().unwrap() {
        assert_eq!(keys(vehicle), ["chain", "key", "pcid"]);
    }
}

fn parties(ecosystem: &Value) {
    let parties = ecosystem["parties"].as_array().unwrap();
    let count = |role: &str| parties.iter().filter(|party| party["role"] == role).count();
    assert_eq!((count("admin"), count("cpo"), count("cps")), (1, 1, 1));
    for role in ["oem", "emspOwnPki", "emspNoPki"] {
        assert!(count(role) >= 2, "{role}");
    }
    let fingerprints: Vec<_> = ecosystem["roots"].as_array().unwrap().iter().map(|root| &root["fingerprint"]).collect();
    let mut seen = BTreeSet::new();
    for party in parties {
        assert_eq!(keys(party), ["clientId", "clientSecret", "ids", "name", "role"]);
        let ids = strings(&party["ids"]);
        let length = match party["role"].as_str().unwrap() {
            "oem" => 3,
            "cpo" | "emspOwnPki" | "emspNoPki" => 5,
            "cps" => 64,
            "admin" => 0,
            role => panic!("{role}"),
        };
        assert!(ids.iter().all(|id| id.len() == length) && ids.is_empty() == (length == 0), "{party}");
        assert!(party["role"] != "cps" || fingerprints.contains(&&party["ids"][0]), "{party}");
        let id = party["clientId"].as_str().unwrap();
        for text in ids.into_iter().filter(|id| id.len() < 64).chain([id]) {
            assert!(seen.insert(text.to_owned()), "{text} twice");
        }
    }
}

#[test]
fn ten_cars_with_and_without_contracts() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(directory.path(), &[]);
    let announced = sandbox.announced();
    let calls = Calls::new(&announced);
    assert_eq!(calls.statuses(), [200; 9]);
    let contracts = calls.contracts();
    assert_eq!(contracts.len(), 10);
    let counts: Vec<_> = contracts.iter().map(|(_, contracts)| contracts.len()).collect();
    assert_eq!(counts, [0, 1, 2, 1, 0, 0, 1, 0, 0, 0], "{contracts:?}");
    let stars = |contracts: &[String]| contracts.iter().filter(|contract| contract.ends_with('*')).count();
    assert!(contracts.iter().all(|(_, contracts)| stars(contracts) == contracts.len().min(1)), "{contracts:?}");

    let (none, ok, ended) = ("FAILED_NoCertificateAvailable", "OK", "FAILED_CertificateExpired");
    let expected = [none, ok, ok, ended, none, none, ok, none, none, none];
    assert_eq!(calls.installations(directory.path()), expected);
}

#[test]
fn the_files_are_what_they_are_named() {
    if !openssl::here("opnc sandbox files") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(directory.path(), &[]);
    let announced = sandbox.announced();
    let file = |value: &Value| {
        assert!(Path::new(value.as_str().unwrap()).is_relative());
        directory.path().join(value.as_str().unwrap())
    };
    let roots = announced["roots"].as_array().unwrap();
    for root in roots {
        let said = openssl::field(&file(&root["pem"]), &["-fingerprint", "-sha256"]);
        let digits = said.split_once('=').unwrap().1.replace(':', "").to_lowercase();
        assert_eq!(root["fingerprint"], digits);
    }
    let oem_roots: Vec<_> = roots.iter().filter(|root| strings(&root["types"]) == ["OEM"]).collect();
    assert_eq!(oem_roots.len(), 3);
    for vehicle in announced["vehicles"].as_array().unwrap() {
        let (chain, key) = (file(&vehicle["chain"]), file(&vehicle["key"]));
        let text = std::fs::read_to_string(&chain).unwrap();
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 3, "leaf, sub CA 2, sub CA 1");
        openssl::same_key(&chain, &key);
        let maker = if vehicle["pcid"].as_str().unwrap().starts_with("WAU") { "oem-a" } else { "oem-b" };
        openssl::verify(&directory.path().join(format!("roots/{maker}.pem")), &chain);
        let subject = openssl::field(&chain, &["-subject", "-nameopt", "sep_multiline"]);
        let name = format!("CN={}", vehicle["pcid"].as_str().unwrap());
        assert!(subject.lines().any(|line| line.trim() == name), "{name} in {subject}");
    }
}
