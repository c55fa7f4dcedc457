//! `opnc audit`, `opnc rcp` and `opnc privacy` on an ecosystem of one's own.

use std::process::Command;

use super::identity::sql;
use super::service::{Place, text};
use crate::run::skipped;

/// A row that is not in the chain, in the form of the head.
fn other_row(seq: u64) -> String {
    format!("{seq}:{}", "ab".repeat(32))
}

#[test]
fn the_audit_log_is_listed_filtered_and_verified() {
    let place = Place::init();
    place.oem("Car Maker", "WAU");
    let rows = place.json(&["audit", "list"]);
    let operations: Vec<_> = rows.as_array().unwrap().iter().map(|row| text(&row["operation"])).collect();
    assert_eq!(operations, ["AddParty", "AddParty", "PutRootCertificate", "PutRootCertificate"], "the newest first");
    let added = place.json(&["audit", "list", "--operation", "AddParty", "--limit", "1"]);
    assert_eq!((added.as_array().unwrap().len(), &added[0]["seq"]), (1, &4.into()));
    assert_eq!(place.json(&["audit", "list", "--until", "2020-01-01T00:00:00Z"]).as_array().unwrap().len(), 0);
    let seqs = |arguments: &[&str]| {
        let rows = place.json(&[&["audit", "list"], arguments].concat());
        rows.as_array().unwrap().iter().map(|row| row["seq"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(seqs(&["--before", "3", "--limit", "1"]), [2], "the next page");
    assert_eq!(seqs(&["--after", "0", "--limit", "2"]), [1, 2], "from the beginning");
    let party = text(&place.json(&["party", "show", "Car Maker"])["id"]);
    let hash = text(&rows[0]["subject"]);
    assert_eq!([seqs(&["--subject", &party]), seqs(&["--subject", &hash])], [[4], [4]]);
    let client = text(&place.json(&["party", "show", "Car Maker"])["clients"][0]["clientId"]);
    assert_eq!([seqs(&["--subject", "Car Maker"]), seqs(&["--subject", &client])], [[4], [4]]);
    assert_eq!(rows[0]["subjectName"], "Car Maker");
    assert!(place.run(&["audit", "list"]).stdout.contains(&format!("{hash} (Car Maker)")));
    assert_eq!(seqs(&["--subject", "WAUSECRET00000001"]), [0; 0]);
    let verified = place.run(&["audit", "verify"]);
    let head = verified.stdout.trim().rsplit_once("head ").unwrap().1.to_owned();
    assert_eq!((verified.code, head.split(':').next()), (0, Some("4")), "{}", verified.stdout);
    let expected = place.run(&["audit", "verify", "--expect", &head]);
    assert!(
        expected.code == 0 && expected.stdout.contains("The expected row 4 is one of them."),
        "{}",
        expected.stdout
    );
    for elsewhere in [other_row(4), other_row(9)] {
        let run = place.run(&["audit", "verify", "--expect", &elsewhere]);
        assert_eq!(run.code, 1, "{}", run.stdout);
        assert!(run.stdout.contains("the expected row is not in this chain"), "{}", run.stdout);
    }
    let csv = place.run(&["audit", "export", "--format", "csv"]).stdout;
    assert!(csv.starts_with("seq,id,at,") && csv.lines().count() == 5, "{csv}");
    assert_eq!(place.run(&["audit", "export"]).stdout.lines().count(), 4);
}

#[test]
fn the_root_pool_is_listed_and_nothing_waits() {
    let place = Place::init();
    let roots = place.json(&["rcp", "list"]);
    assert_eq!((roots.as_array().unwrap().len(), &roots[0]["rootType"]), (2, &"V2G".into()));
    assert_eq!(place.json(&["rcp", "pending"]).as_array().unwrap().len(), 0);
    for verb in ["approve", "reject"] {
        let run = place.run(&["rcp", verb, "00000000-0000-0000-0000-000000000001"]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.contains("No change with this id waits"), "{}", run.stderr);
    }
}

#[test]
fn what_is_held_about_somebody_unknown_is_nothing_and_asking_leaves_no_name() {
    let place = Place::init();
    let (pcid, emaid) = ("WAUSECRET00000001", "DEAAASECRET00A");
    for (option, id) in [("--pcid", pcid), ("--emaid", emaid)] {
        let run = place.run(&["privacy", "export", option, id]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let held: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        for kind in ["contracts", "provisioningCertificates", "issuedCertificates", "events"] {
            assert_eq!(held[kind], serde_json::json!([]), "{kind}");
        }
        let asked = place.run(&["privacy", "erase", option, id]);
        assert!(asked.code == 0 && asked.stdout.contains("nothing has changed yet"), "{}", asked.stdout);
        let erased = place.run(&["privacy", "erase", option, id, "--yes"]);
        assert!(erased.code == 0 && erased.stdout.starts_with("Erased:"), "{}", erased.stdout);
    }
    let log = place.run(&["audit", "export"]).stdout;
    assert!(!log.contains("SECRET"), "{log}");
    assert_eq!(place.run(&["audit", "verify"]).code, 0);
}

/// What cannot be meant is refused before anything is opened, with the argument that is wrong.
#[test]
fn arguments_that_cannot_be_meant() {
    let place = Place::init();
    for (arguments, part) in [
        (&["audit", "verify", "--expect", "1:zz"][..], "--expect"),
        (&["audit", "export", "--format", "xml"], "--format"),
        (&["audit", "list", "--since", "yesterday"], "--since"),
        (&["audit", "list", "--outcome", "maybe"], "--outcome"),
        (&["audit", "list", "--party", "x"], "--party"),
        (&["audit", "list", "--fingerprint", "abc"], "--fingerprint"),
        (&["rcp", "approve", "nonsense"], "<ID>"),
        (&["rcp", "approve"], "<ID>"),
        (&["privacy", "export"], "--emaid"),
        (&["privacy", "export", "--emaid", "!"], "--emaid"),
        (&["privacy", "erase", "--pcid", "W", "--yes"], "--pcid"),
        (&["privacy", "erase", "--pcid", "WAUSECRET00000001", "--emaid", "DEAAASECRET00A"], "cannot be used with"),
    ] {
        let run = place.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(part), "{arguments:?}: {}", run.stderr);
    }
    // The same verbs where there is no ecosystem.
    std::fs::remove_file(place.path("opnc.db")).unwrap();
    for arguments in [&["audit", "list"][..], &["rcp", "list"], &["party", "certificate", "Operator"]] {
        let run = place.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{arguments:?}");
        assert!(run.stderr.contains("opnc init"), "{arguments:?}: {}", run.stderr);
    }
    assert!(!place.path("opnc.db").exists());
}

/// The program in the page about the audit log, run as it stands there on an export.
#[test]
fn the_page_verifies_an_export_without_this_program() {
    let place = Place::init();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/how-to/audit.md");
    let page = std::fs::read_to_string(page).unwrap();
    let program = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let export = place.run(&["audit", "export"]).stdout;
    let check = |export: &str| {
        std::fs::write(place.path("audit.jsonl"), export).unwrap();
        let run = Command::new("python3").args(["-c", program]).current_dir(place.folder.path()).output();
        run.map(|run| (run.status.success(), String::from_utf8_lossy(&run.stdout).into_owned()))
    };
    match check(&export) {
        Err(_) => skipped("an export verified in python", "no python3"),
        Ok((holds, said)) => {
            assert!(holds && said.contains("row 3 is the last, and all hold"), "{said}");
            assert!(!check(&export.replacen("AddParty", "Nothing", 1)).unwrap().0);
            assert!(!check(&export.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>()).unwrap().0);
        }
    }
}

#[test]
fn ends_that_somebody_has_deleted_are_a_finding() {
    let place = Place::init();
    let deleted =
        sql("deleted ends of the audit log", &place.path("opnc.db"), "DELETE FROM audit_ends WHERE name = 'head';");
    if deleted {
        let run = place.run(&["audit", "verify"]);
        assert!(run.code == 1 && run.stderr.is_empty(), "{}", run.stderr);
        assert!(run.stdout.contains("THE AUDIT LOG IS BROKEN: the table audit_ends has lost a row"), "{}", run.stdout);
        assert_eq!(place.run(&["audit", "verify", "--output", "json"]).code, 1);
    }
}
