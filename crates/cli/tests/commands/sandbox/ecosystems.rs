//! Three ecosystems in one sandbox: apart in everything but their agreement.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::calls::Calls;
use super::process::Sandbox;

fn announced(directory: &Path) -> Vec<Value> {
    let text = std::fs::read(directory.join("sandbox.json")).unwrap();
    let announced: Value = serde_json::from_slice(&text).unwrap();
    announced["ecosystems"].as_array().unwrap().clone()
}

/// The contract that a station of an ecosystem gets for the car of the first that has it in the second.
fn roaming(station: &Value, directory: &Path) -> String {
    let request = directory.join("vehicles/WAUZZZ8V0KA000006/installation-req-roaming.json");
    Calls::new(station).installation(&std::fs::read(request).unwrap())
}

#[test]
fn three_that_know_each_other_and_know_each_other_again() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(directory.path(), &["--ecosystems", "3"]);
    let made = announced(directory.path());
    assert_eq!(made.len(), 3);
    let mut seen = BTreeSet::new();
    for ecosystem in &made {
        assert!(seen.insert(ecosystem["baseUrl"].as_str().unwrap().to_owned()));
        assert_eq!(Calls::new(ecosystem).statuses(), [200; 9]);
        let parties = ecosystem["parties"].as_array().unwrap();
        for id in parties.iter().flat_map(|party| party["ids"].as_array().unwrap()) {
            assert!(seen.insert(id.as_str().unwrap().to_owned()), "{id} twice");
        }
        for car in ecosystem["vehicles"].as_array().unwrap() {
            assert!(seen.insert(car["pcid"].as_str().unwrap().to_owned()), "{car} twice");
        }
        for file in ecosystem["vehicles"].as_array().unwrap().iter().map(|car| &car["key"]) {
            assert!(directory.path().join(file.as_str().unwrap()).exists(), "{file}");
        }
    }
    assert_eq!(roaming(&made[2], directory.path()), "FRDDDC00000021");
    drop(sandbox);

    // At the next start they are elsewhere, and find each other; one alone answers by itself.
    let sandbox = Sandbox::start(directory.path(), &["--ecosystems", "3"]);
    let again = announced(directory.path());
    assert_ne!(again[1]["baseUrl"], made[1]["baseUrl"]);
    assert_eq!(roaming(&again[2], directory.path()), "FRDDDC00000021");
    drop(sandbox);
    let _sandbox = Sandbox::start(directory.path(), &[]);
    let alone = announced(directory.path());
    assert_eq!(alone.len(), 1);
    assert!(roaming(&alone[0], directory.path()).starts_with("404"));
}
