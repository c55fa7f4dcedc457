//! `opnc config`, and the page that explains every key.

use std::process::Command;

use serde_json::Value;

use super::service::Place;
use crate::run::run_with;

#[test]
fn the_file_that_init_writes_can_be_used() {
    let place = Place::init();
    assert_eq!(place.run(&["config", "check"]).code, 0);
    let changed = place.json(&["config", "show", "--changed"]);
    let keys: Vec<&str> = changed.as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert!(keys.contains(&"store.url") && keys.contains(&"rcp.require_fingerprint"), "{keys:?}");
}

#[test]
fn every_mistake_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    std::fs::write(&config, "[server]\nlissen = \"a\"\nlisten = \"b\"\n").unwrap();
    let run = run_with(["config", "check", "--config", config.to_str().unwrap()], b"");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(
        run.stderr.contains("did you mean \"listen\"?") && run.stderr.contains("server.listen: "),
        "{}",
        run.stderr
    );
}

#[test]
fn a_variable_comes_before_the_file_and_names_it_too() {
    let place = Place::init();
    let output = Command::new(env!("CARGO_BIN_EXE_opnc"))
        .args(["config", "show", "--output", "json"])
        .env("OPNC_CONFIG", place.path("opnc.toml"))
        .env("OPNC_TELEMETRY__LOG", "debug")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let settings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let log = settings.as_array().unwrap().iter().find(|one| one["key"] == "telemetry.log").unwrap();
    assert_eq!((&log["value"], &log["from"]), (&Value::from("\"debug\""), &Value::from("OPNC_TELEMETRY__LOG")));
}

/// The page is written by hand, and this is what keeps it true: a row for each key, with its default.
#[test]
fn the_page_about_the_configuration_has_every_key_with_its_default() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/how-to/configure.md");
    let page = std::fs::read_to_string(page).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    std::fs::write(&config, "").unwrap();
    let run = run_with(["config", "show", "--output", "json", "--config", config.to_str().unwrap()], b"");
    let settings: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut missing = Vec::new();
    for setting in settings.as_array().unwrap() {
        let value = setting["value"].as_str().map_or_else(|| "not set".to_owned(), |value| format!("`{value}`"));
        let row = format!("| `{}` | {value} |", setting["key"].as_str().unwrap());
        if !page.contains(&row) {
            missing.push(row);
        }
    }
    assert!(
        missing.is_empty(),
        "docs/how-to/configure.md lacks these rows, or has another default:\n{}",
        missing.join("\n")
    );
}
