//! `opnc doctor`: each fault is found, and nothing is changed by looking.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::service::Place;

/// The checks that failed.
fn failed(place: &Place) -> Vec<String> {
    let run = place.run(&["doctor", "--output", "json"]);
    let lines: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let failed: Vec<_> = lines.as_array().unwrap().iter().filter(|line| line["result"] == "fail").collect();
    assert_eq!(run.code, i32::from(!failed.is_empty()), "{}", run.stdout);
    assert!(failed.iter().all(|line| line["toDo"].as_str().is_some_and(|text| !text.is_empty())), "{failed:?}");
    failed.iter().map(|line| line["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_new_ecosystem_is_well() {
    let place = Place::init();
    assert_eq!(failed(&place), Vec::<String>::new());
    let soon = place.run(&["doctor", "--days", "3650"]);
    assert!(soon.code == 0 && soon.stdout.contains("warn  cpsSigner"), "{}", soon.stdout);
}

#[test]
fn each_fault_is_found() {
    let place = Place::init();
    let set = |name: &str, mode| fs::set_permissions(place.path(name), Permissions::from_mode(mode)).unwrap();
    set("key-encryption-key", 0o644);
    assert!(failed(&place).contains(&"key-encryption key".to_owned()));
    set("key-encryption-key", 0o600);

    set("opnc.db", 0o640);
    assert_eq!(failed(&place), ["database file"]);
    set("opnc.db", 0o600);

    fs::rename(place.path("keys/cps.pem"), place.path("cps.pem")).unwrap();
    assert_eq!(failed(&place), ["cpsSigner"]);
    assert_eq!(place.run(&["serve"]).code, 1);
    fs::copy(place.path("keys/v2g-root.pem"), place.path("keys/cps.pem")).unwrap();
    assert_eq!(failed(&place), ["cpsSigner"], "a key of another certificate");
    fs::rename(place.path("cps.pem"), place.path("keys/cps.pem")).unwrap();

    fs::write(place.path("key-encryption-key"), "11".repeat(32)).unwrap();
    assert!(failed(&place).len() >= 6, "no key can be read");
}

#[test]
fn a_broken_configuration_or_database() {
    let place = Place::init();
    fs::remove_file(place.path("opnc.db")).unwrap();
    assert_eq!(failed(&place), ["database file", "database"]);
    assert!(!place.path("opnc.db").exists(), "nothing is made by looking");
    fs::write(place.path("opnc.toml"), "[serve]\n").unwrap();
    assert_eq!(failed(&place), ["configuration"]);
}
