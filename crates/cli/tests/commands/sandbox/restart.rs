//! Starts after the first one: what stays, whatever happened in between.

use std::path::Path;

use serde_json::Value;

use super::calls::Calls;
use super::process::Sandbox;
use crate::run::files_below;

/// Everything that must be the same after a restart.
#[derive(Debug, PartialEq)]
struct Lasting {
    /// But for the addresses.
    announced: Value,
    contracts: Vec<(String, Vec<String>)>,
    installations: Vec<String>,
}

fn lasting(sandbox: &Sandbox, directory: &Path) -> Lasting {
    let mut announced = sandbox.announced();
    let calls = Calls::new(&announced);
    assert_eq!(calls.statuses(), [200; 9]);
    let (contracts, installations) = (calls.contracts(), calls.installations(directory));
    for address in ["baseUrl", "tokenUrl", "trust"] {
        announced[address] = Value::Null;
    }
    Lasting { announced, contracts, installations }
}

#[test]
fn all_is_found_again_after_sigterm_and_after_sigkill() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(directory.path(), &[]);
    let made = lasting(&sandbox, directory.path());
    let files = files_below(directory.path());
    sandbox.kill();
    assert!(directory.path().join("sandbox.json").exists());

    let sandbox = Sandbox::start(directory.path(), &[]);
    assert_eq!(lasting(&sandbox, directory.path()), made);
    assert!(sandbox.terminate().success());
    assert!(!directory.path().join("sandbox.json").exists(), "nobody listens, and it is announced");

    let sandbox = Sandbox::start(directory.path(), &[]);
    assert_eq!(lasting(&sandbox, directory.path()), made);
    assert_eq!(files_below(directory.path()), files);
}

#[test]
fn a_first_start_that_was_cut_off_is_made_up_for() {
    let directory = tempfile::tempdir().unwrap();
    let (announced, state) = (directory.path().join("sandbox.json"), directory.path().join("state.json"));
    let sandbox = Sandbox::begin(directory.path(), &[]);
    sandbox.until("Making an ecosystem: PKIs, parties, ten cars and their contracts…");
    sandbox.kill();
    // Each line of the log is a request that was answered; there are more than these in a first start.
    for lines in [1, 7, 14, 21] {
        let sandbox = Sandbox::begin(directory.path(), &["--log", "info"]);
        sandbox.until_logged(lines);
        sandbox.kill();
        assert!(state.exists() || !announced.exists(), "announced before it was complete");
        std::fs::remove_file(&state).ok();
    }
    let sandbox = Sandbox::start(directory.path(), &[]);
    let announced = sandbox.announced();
    let calls = Calls::new(&announced);
    assert_eq!(calls.statuses(), [200; 9]);
    assert_eq!(calls.contracts().len(), 10);
    let fresh = tempfile::tempdir().unwrap();
    let other = Sandbox::start(fresh.path(), &[]);
    assert_eq!(files_below(directory.path()), files_below(fresh.path()));
    assert_eq!(calls.contracts(), Calls::new(&other.announced()).contracts());
}

#[test]
fn reset_begins_anew_and_removes_nothing_of_others() {
    let directory = tempfile::tempdir().unwrap();
    let before = Sandbox::start(directory.path(), &[]);
    let (old, files) = (before.announced(), files_below(directory.path()));
    assert!(before.terminate().success());
    let mine = ["notes.txt", "my/state.json"].map(|name| directory.path().join(name));
    std::fs::create_dir(directory.path().join("my")).unwrap();
    mine.iter().for_each(|path| std::fs::write(path, "mine").unwrap());

    let after = Sandbox::start(directory.path(), &["--reset"]);
    let new = after.announced();
    assert!(mine.iter().all(|path| std::fs::read_to_string(path).unwrap() == "mine"));
    mine.iter().for_each(|path| std::fs::remove_file(path).unwrap());
    assert_eq!(files_below(directory.path()), files);
    for (old, new) in old["parties"].as_array().unwrap().iter().zip(new["parties"].as_array().unwrap()) {
        assert_eq!((&old["name"], &old["role"]), (&new["name"], &new["role"]));
        assert_ne!(old["clientSecret"], new["clientSecret"]);
    }
    let fingerprints = |announced: &Value| -> Vec<Value> {
        announced["roots"].as_array().unwrap().iter().map(|root| root["fingerprint"].clone()).collect()
    };
    assert!(fingerprints(&new).iter().all(|one| !fingerprints(&old).contains(one)));
    assert_eq!(Calls::new(&new).statuses(), [200; 9]);
    assert_eq!(Calls::at(new["baseUrl"].as_str().unwrap(), &old).statuses(), [401; 9]);
}

#[test]
fn an_announcement_of_another_time_is_gone_before_anything_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let announced = directory.path().join("sandbox.json");
    std::fs::write(&announced, "stale").unwrap();
    let sandbox = Sandbox::begin(directory.path(), &[]);
    sandbox.until("Making an ecosystem: PKIs, parties, ten cars and their contracts…");
    assert_ne!(std::fs::read_to_string(&announced).unwrap_or_default(), "stale");
    sandbox.until("The sandbox is ready.");
    assert!(sandbox.announced()["baseUrl"].is_string());
}
