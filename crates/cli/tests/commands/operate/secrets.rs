//! A secret that is shown once: where it cannot be shown, nothing is done.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::process::{Command, Stdio};

use super::service::{Place, Service};
use crate::run::{files_below, run_with};

/// Where nothing can be written.
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

/// Runs a verb with this standard output; its exit code and what it says.
fn run(arguments: &[&str], stdout: impl Into<Stdio>) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_opnc")).args(arguments).stdout(stdout).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn without_a_reader_there_is_no_party_and_no_new_secret() {
    let place = Place::init();
    let (id, secret) = place.oem("Car Maker", "WAU");
    let config = place.path("opnc.toml");
    let config = config.to_str().unwrap();
    let (reader, gone) = std::io::pipe().unwrap();
    drop(reader);
    for stdout in [Stdio::from(full()), Stdio::from(gone)] {
        let (code, said) = run(&["party", "add", "Lost", "--role", "oem", "--wmi", "WVW", "--config", config], stdout);
        assert!(code == Some(1) && said.contains("cannot write the output"), "{said}");
    }
    let (code, said) =
        run(&["party", "rotate-secret", "Car Maker", "--overlap", "0s", "--config", config], Stdio::from(full()));
    assert!(code == Some(1) && said.contains("cannot write the output"), "{said}");
    assert_eq!(place.json(&["party", "list"]).as_array().unwrap().len(), 2);
    let service = Service::start(&place.path("opnc.toml"));
    assert_eq!(service.token((&id, &secret)), "200", "the old secret goes on");
}

#[test]
fn without_a_reader_there_is_no_peer() {
    let (here, there) = (Place::init(), Place::init());
    let config = here.path("opnc.toml");
    let config = config.to_str().unwrap();
    let url = "https://pools.example";
    let (code, said) = run(&["peer", "add", "Lost", "--url", url, "--config", config], Stdio::from(full()));
    assert!(code == Some(1) && said.contains("cannot write the output"), "{said}");
    let text = std::fs::read_to_string(there.path("opnc.toml")).unwrap();
    let named = text.replacen("[server]\n", "[server]\nbase_url = \"https://there.example\"\n", 1);
    assert_ne!(named, text);
    std::fs::write(there.path("opnc.toml"), named).unwrap();
    let description = there.json(&["peer", "describe"]);
    let (document, key) = (description["document"].as_str().unwrap(), description["fingerprint"].as_str().unwrap());
    std::fs::write(here.path("them.jws"), document).unwrap();
    let file = here.path("them.jws");
    let introduced = here.json(&["peer", "introduce", file.to_str().unwrap()]);
    assert_eq!(introduced["fingerprint"], key);
    let accept = ["peer", "accept", key, "--fingerprint", key, "--config", config];
    let (code, said) = run(&accept, Stdio::from(full()));
    assert!(code == Some(1) && said.contains("cannot write the output"), "{said}");
    assert_eq!(here.json(&["peer", "list"]), serde_json::json!([]));
    assert_eq!(here.json(&["peer", "introductions"])[0]["status"], "waits");
    let accepted = here.json(&["peer", "accept", key, "--fingerprint", key]);
    assert_eq!(here.json(&["peer", "list"])[0]["clientIds"][0], accepted["clientId"]);
    assert_eq!(here.json(&["peer", "introductions"]), serde_json::json!([]));
}

#[test]
fn an_ecosystem_whose_admin_nobody_can_be_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    let (code, said) = run(&["init", "--defaults", "--config", config.to_str().unwrap()], Stdio::from(full()));
    assert!(code == Some(1) && said.contains("cannot write the output"), "{said}");
    assert_eq!(files_below(folder.path()), BTreeSet::new());
}

/// The name of a party may have no letter that a client id can have.
#[test]
fn client_ids_are_words() {
    let place = Place::init();
    for (name, begin) in [("Ökostrom 北京", "kostrom-"), ("北京", "party-"), ("--config", "config-"), ("-", "party-")]
    {
        let cps = format!("--cps-name={name}");
        let config = place.path("opnc.toml");
        let config = config.to_str().unwrap();
        let run =
            run_with(["party", "add", "--role", "cps", &cps, "--config", config, "--output", "json", "--", name], b"");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        let added: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let id = added["clientId"].as_str().unwrap();
        assert!(id.starts_with(begin) && id.is_ascii(), "{name}: {id}");
        assert_eq!(place.run(&["party", "show", id]).code, 0);
    }
}
