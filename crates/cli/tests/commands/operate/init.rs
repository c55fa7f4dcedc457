//! `opnc init`: what it makes, what it refuses, and that a run that fails leaves nothing.

use std::collections::BTreeSet;

use super::service::{Place, Service};
use crate::run::{files_below, mode, run_with};

#[test]
fn it_makes_private_things_and_an_admin_who_can_come_in() {
    let place = Place::init();
    for name in ["key-encryption-key", "pseudonym-key", "opnc.db"] {
        assert_eq!(mode(&place.path(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&place.path("keys")), 0o700);
    let field = |name: &str| {
        let line = place.said.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (id, secret) = (field("client id"), field("client secret"));
    assert_eq!(secret.len(), 64);
    let service = Service::start(&place.path("opnc.toml"));
    assert_eq!(service.token((&id, &secret)), "200");
    assert_eq!(service.token((&id, &"0".repeat(64))), "401");
    let database = std::fs::read(place.path("opnc.db")).unwrap();
    assert!(!database.windows(64).any(|window| window == secret.as_bytes()), "a secret is kept as a hash");
}

#[test]
fn nothing_is_overwritten() {
    for name in ["opnc.toml", "key-encryption-key", "pseudonym-key", "keys", "opnc.db"] {
        let folder = tempfile::tempdir().unwrap();
        let mine = folder.path().join(name);
        std::fs::write(&mine, "mine").unwrap();
        let config = folder.path().join("opnc.toml");
        let run = run_with(["init", "--defaults", "--config", config.to_str().unwrap()], b"");
        assert_eq!(run.code, 1, "{name}");
        assert!(run.stderr.contains(name) && run.stderr.contains("nothing is overwritten"), "{}", run.stderr);
        assert_eq!(files_below(folder.path()), BTreeSet::from([name.to_owned()]));
        assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
    }
}

#[test]
fn a_run_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    let config = config.to_str().unwrap();
    for more in [["--database", "sqlite:none/here.db"], ["--base-url", "opnc.example"], ["--organization", ""]] {
        let run = run_with(["init", "--defaults", "--config", config].into_iter().chain(more), b"");
        assert_eq!(run.code, 1, "{more:?}: {}", run.stdout);
        assert!(files_below(folder.path()).is_empty(), "{more:?} left {:?}", files_below(folder.path()));
    }
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    let run = run_with(["init", "--config", config.to_str().unwrap()], b"\n\n\n\n");
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("--defaults"), "{}", run.stderr);
    assert!(files_below(folder.path()).is_empty());
}

#[test]
fn a_program_reads_what_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    let run = run_with(["init", "--defaults", "--output", "json", "--config", config.to_str().unwrap()], b"");
    let made: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(made["configuration"], config.to_str().unwrap());
    assert_eq!(
        (made["roots"].as_array().unwrap().len(), made["admin"]["clientSecret"].as_str().unwrap().len()),
        (2, 64)
    );
}

#[test]
fn what_is_not_switched_on_is_said() {
    let place = Place::init();
    let text = std::fs::read_to_string(place.path("opnc.toml")).unwrap();
    assert!(text.contains("\n[status]\n") && text.contains("\n# url = \"http://status"), "{text}");
    assert!(place.said.contains("Not switched on") && place.said.contains("[status]: certificates do not say"));
    let found = place.run(&["doctor"]).stdout;
    assert!(found.contains("warn  status URL") && found.contains("-> set status.listen and status.url"), "{found}");

    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    let config = config.to_str().unwrap();
    let url = ["--status-url", "http://status.example.org", "--output", "json"];
    let run = run_with(["init", "--defaults", "--config", config].into_iter().chain(url), b"");
    let made: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(made["notSwitchedOn"].as_array().unwrap().iter().all(|line| !line.as_str().unwrap().contains("status")));
    let found = run_with(["doctor", "--config", config], b"").stdout;
    assert!(found.contains("ok    status URL") && found.contains("http://status.example.org"), "{found}");
    let shown = run_with(["config", "show", "--config", config], b"").stdout;
    assert!(shown.contains("127.0.0.1:8092"), "{shown}");
}
