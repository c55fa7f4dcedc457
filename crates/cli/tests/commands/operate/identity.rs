//! A database that holds no ecosystem, half of one, or another one: nothing of it is served.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::service::{Place, Service};
use crate::run::{files_below, run_with, skipped};

/// Changes a database behind the program's back; whether there was a program to do it with.
pub(super) fn sql(test: &str, database: &Path, statements: &str) -> bool {
    let program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()";
    match Command::new("python3").args(["-c", program]).arg(database).arg(statements).status() {
        Ok(status) => {
            assert!(status.success());
            true
        }
        Err(_) => {
            skipped(test, "no python3");
            false
        }
    }
}

/// Neither verb takes it for an ecosystem, and both say why.
fn refused(place: &Place, part: &str) {
    for arguments in [&["serve"][..], &["doctor"], &["party", "list"]] {
        let run = place.run(arguments);
        let said = run.stdout + &run.stderr;
        assert!(run.code == 1 && said.contains(part), "{arguments:?}: {said}");
        assert!(!said.contains("opnc is ready"), "{said}");
    }
}

#[test]
fn an_emptied_database_is_not_a_new_ecosystem() {
    let place = Place::init();
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(place.path(&format!("opnc.db{end}")));
    }
    fs::write(place.path("opnc.db"), "").unwrap();
    refused(&place, "holds no ecosystem");
    assert_eq!(fs::metadata(place.path("opnc.db")).unwrap().len(), 0, "nothing is made by looking");
}

#[test]
fn what_a_founding_left_that_was_cut_off_is_none() {
    let place = Place::init();
    let gone = "DELETE FROM client_secrets; DELETE FROM client_credentials; DELETE FROM parties; DELETE FROM settings;";
    if sql("a founding that was cut off", &place.path("opnc.db"), gone) {
        refused(&place, "the beginnings of an ecosystem");
    }
}

#[test]
fn a_pseudonym_key_of_another_ecosystem_is_noticed() {
    let place = Place::init();
    fs::write(place.path("pseudonym-key"), "11".repeat(32)).unwrap();
    refused(&place, "is not the one of the pseudonym key");
}

/// One from before there was a mark is served, and has its mark from then on.
#[test]
fn an_ecosystem_of_an_earlier_version_is_marked_when_it_is_served() {
    let place = Place::init();
    if !sql("no mark", &place.path("opnc.db"), "DELETE FROM settings WHERE key = 'ecosystem.mark';") {
        return;
    }
    assert_eq!(place.run(&["party", "list"]).code, 0);
    assert!(Service::start(&place.path("opnc.toml")).terminate().success());
    fs::write(place.path("pseudonym-key"), "11".repeat(32)).unwrap();
    refused(&place, "is not the one of the pseudonym key");
}

#[test]
fn a_service_whose_database_is_emptied_is_not_ready() {
    let place = Place::init();
    let service = Service::start(&place.path("opnc.toml"));
    assert_eq!(service.get("/readyz"), "200");
    let gone = "DELETE FROM client_secrets; DELETE FROM client_credentials; DELETE FROM parties;";
    if sql("an emptied database", &place.path("opnc.db"), gone) {
        assert_eq!(service.get("/readyz"), "503");
    }
}

#[test]
fn a_key_of_an_authority_that_is_missing_keeps_the_service_from_being_ready() {
    for name in ["cps", "v2g-root", "cpo-sub-ca-2"] {
        let place = Place::init();
        fs::remove_file(place.path(&format!("keys/{name}.pem"))).unwrap();
        let run = place.run(&["serve"]);
        assert!(run.code == 1 && run.stderr.contains(&format!("the key {name} of the")), "{}", run.stderr);
        assert!(run.stderr.contains("opnc doctor"), "{}", run.stderr);
    }
}

/// Killed while it works, and then done again as it says itself.
#[test]
fn an_init_that_was_killed_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    let init = ["init", "--defaults", "--listen", "127.0.0.1:0", "--config", config.to_str().unwrap()];
    let mut child = Command::new(env!("CARGO_BIN_EXE_opnc")).args(init).stdout(Stdio::null()).spawn().unwrap();
    while !folder.path().join("keys/v2g-root.pem").exists() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!config.exists(), "it is written last");
    let again = run_with(init, b"");
    assert!(again.code == 1 && again.stderr.contains("an earlier `opnc init` was cut off"), "{}", again.stderr);
    let command = again.stderr.lines().find(|line| line.trim_start().starts_with("rm -r ")).unwrap();
    assert!(Command::new("sh").args(["-c", command]).status().unwrap().success());
    assert!(files_below(folder.path()).is_empty(), "{:?}", files_below(folder.path()));
    let run = run_with(init, b"");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(config.exists() && !folder.path().join("opnc.toml.part").exists());
}
