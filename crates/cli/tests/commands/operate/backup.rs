//! `opnc backup`: a copy that another program finds sound, and from which everything comes back.

use std::process::Command;

use super::service::{Place, Service};
use crate::run::{mode, skipped};

#[test]
fn everything_comes_back_from_a_copy_taken_while_it_ran() {
    let place = Place::init();
    let before = place.oem("Before", "WAU");
    let service = Service::start(&place.path("opnc.toml"));
    let copy = place.path("copy.db");
    let run = place.run(&["backup", "--with-keys", copy.to_str().unwrap()]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert_eq!((mode(&copy), mode(&place.path("copy.db.keys"))), (0o600, 0o700));
    let after = place.oem("After", "WVW");
    assert!(service.terminate().success());

    // As docs/how-to/backup.md says.
    for name in ["opnc.db-wal", "opnc.db-shm"] {
        let _ = std::fs::remove_file(place.path(name));
    }
    std::fs::remove_dir_all(place.path("keys")).unwrap();
    std::fs::rename(place.path("copy.db.keys"), place.path("keys")).unwrap();
    std::fs::rename(&copy, place.path("opnc.db")).unwrap();
    let service = Service::start(&place.path("opnc.toml"));
    assert_eq!(service.token((&before.0, &before.1)), "200");
    assert_eq!(service.token((&after.0, &after.1)), "401", "it came after the copy");
    assert_eq!(place.run(&["doctor"]).code, 0);
    assert_eq!(place.run(&["audit", "verify"]).code, 0);
}

#[test]
fn another_program_finds_it_sound() {
    let place = Place::init();
    let copy = place.path("copy.db");
    assert_eq!(place.run(&["backup", copy.to_str().unwrap()]).code, 0);
    assert!(!place.path("copy.db.keys").exists());
    let check = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); \
                 print(c.execute('pragma integrity_check').fetchone()[0], c.execute('select count(*) from parties').fetchone()[0])";
    match Command::new("python3").args(["-c", check]).arg(&copy).output() {
        Ok(output) => assert_eq!(String::from_utf8(output.stdout).unwrap(), "ok 1\n"),
        Err(_) => skipped("a backup in python's sqlite3", "no python3"),
    }
}

#[test]
fn nothing_is_written_over_and_nothing_half_made_stays() {
    let place = Place::init();
    let copy = place.path("copy.db");
    std::fs::write(&copy, "mine").unwrap();
    let run = place.run(&["backup", copy.to_str().unwrap()]);
    assert!(run.code == 1 && run.stderr.contains("nothing is overwritten"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "mine");
    std::fs::write(place.path("opnc.db"), "no database at all, though it is long enough to be looked at").unwrap();
    let other = place.path("other.db");
    assert_eq!(place.run(&["backup", other.to_str().unwrap()]).code, 1);
    assert!(!other.exists() && !place.path("other.db.part").exists());
}

#[test]
fn postgresql_has_tools_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("opnc.toml");
    std::fs::write(&config, "[store]\nurl = \"postgres://opnc@127.0.0.1:1/opnc\"\n").unwrap();
    let run = crate::run::run_with(["backup", "x.db", "--config", config.to_str().unwrap()], b"");
    assert!(run.code == 1 && run.stderr.contains("pg_dump"), "{}", run.stderr);
}

#[test]
fn a_run_that_was_killed_is_not_in_the_way_of_the_next() {
    let place = Place::init();
    let copy = place.path("copy.db");
    std::fs::write(place.path("copy.db.part"), "half a database").unwrap();
    for left in ["copy.db.keys.part", "copy.db.keys"] {
        std::fs::create_dir(place.path(left)).unwrap();
        std::fs::write(place.path(left).join("cps.pem"), "half a key").unwrap();
    }
    let run = place.run(&["backup", "--with-keys", copy.to_str().unwrap()]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(!place.path("copy.db.part").exists() && !place.path("copy.db.keys.part").exists());
    let key = |folder: &str| std::fs::read(place.path(folder).join("cps.pem")).unwrap();
    assert_eq!(key("copy.db.keys"), key("keys"));
    // Keys of an earlier backup are never replaced.
    std::fs::remove_file(&copy).unwrap();
    let run = place.run(&["backup", "--with-keys", copy.to_str().unwrap()]);
    assert!(run.code == 1 && run.stderr.contains("nothing is overwritten"), "{}", run.stderr);
}
