//! `opnc rcp add`, `show` and `delete`: roots at the machine.

use std::fs;
use std::process::Command;

use super::service::{Place, Service, text};

/// A root that openssl has made: its file, and the fingerprint as openssl writes it.
fn root(place: &Place, name: &str) -> (String, String) {
    let (file, key) = (place.path(&format!("{name}.pem")), place.path(&format!("{name}.key")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"])
        .args(["-subj", &format!("/CN={name}/O=Car Maker/DC=OEM"), "-addext", "basicConstraints=critical,CA:TRUE"])
        .args(["-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let file = file.to_str().unwrap().to_owned();
    let shown =
        Command::new("openssl").args(["x509", "-noout", "-fingerprint", "-sha256", "-in", &file]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    (file, shown.trim().split_once('=').unwrap().1.to_owned())
}

#[test]
fn a_root_comes_with_its_fingerprint_and_goes() {
    let place = Place::init();
    let (file, fingerprint) = root(&place, "OEM Root");
    let plain = fingerprint.replace(':', "").to_lowercase();
    let without = place.run(&["rcp", "add", &file, "--type", "OEM"]);
    assert!(without.code == 1 && without.stderr.contains("over a second channel"), "{}", without.stderr);
    let other = place.run(&["rcp", "add", &file, "--type", "OEM", "--fingerprint", &"ab".repeat(32)]);
    assert!(other.code == 1 && other.stderr.contains(&plain), "{}", other.stderr);
    let added = place.json(&["rcp", "add", &file, "--type", "oem", "--fingerprint", &fingerprint]);
    assert_eq!((&added["done"], &added["fingerprint"]), (&true.into(), &plain.clone().into()));
    assert_eq!(place.json(&["rcp", "list"]).as_array().unwrap().len(), 3);
    let shown = place.run(&["rcp", "show", &fingerprint]);
    let pem = fs::read_to_string(&file).unwrap();
    assert!(shown.code == 0 && shown.stdout.contains(pem.lines().nth(1).unwrap()), "{}", shown.stdout);
    let changed = place.run(&["rcp", "add", &file, "--type", "OEM", "--type", "MO", "--fingerprint", &fingerprint]);
    assert!(changed.code == 0 && changed.stdout.contains("in the root pool"), "{}", changed.stderr);
    assert_eq!(place.json(&["rcp", "show", &plain])["rootTypeList"], serde_json::json!(["eMSP", "OEM"]));
    let gone = place.run(&["rcp", "delete", &plain]);
    assert!(gone.code == 0 && gone.stdout.contains("no longer in the root pool"), "{}", gone.stderr);
    assert_eq!(place.run(&["rcp", "show", &plain]).code, 1);
    let rows = place.json(&["audit", "list", "--fingerprint", &plain]);
    let rows: Vec<_> = rows.as_array().unwrap().iter().map(|row| text(&row["operation"])).collect();
    assert_eq!(rows, ["DeleteRootCertificate", "PutRootCertificate", "PutRootCertificate"]);
}

#[test]
fn what_is_no_root_is_refused() {
    let place = Place::init();
    let (file, _) = root(&place, "One");
    let (other, _) = root(&place, "Other");
    let two = place.path("two.pem");
    fs::write(&two, fs::read_to_string(&file).unwrap() + &fs::read_to_string(&other).unwrap()).unwrap();
    for (arguments, code, part) in [
        (&["add", two.to_str().unwrap(), "--type", "OEM"][..], 1, "2 certificates, where one root is needed"),
        (&["add", &file, "--type", "king"], 2, "V2G, eMSP"),
        (&["add", &file], 2, "--type"),
        (&["add", &file, "--type", "OEM", "--fingerprint", "12"], 2, "--fingerprint"),
        (&["show", "12"], 2, "<ROOT>"),
        (&["delete", &"ab".repeat(32)], 1, "not"),
    ] {
        let run = place.run(&[&["rcp"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments:?}");
        assert!(run.stderr.contains(part), "{arguments:?}: {}", run.stderr);
    }
}

/// With two admins it takes, an operator's change waits for somebody else; a service that runs shows it then.
#[test]
fn with_four_eyes_it_waits() {
    let place = Place::init();
    let config = place.path("opnc.toml");
    let text = fs::read_to_string(&config).unwrap().replace("[rcp]\n", "[rcp]\napprovals = 2\n");
    fs::write(&config, text).unwrap();
    let (file, fingerprint) = root(&place, "OEM Root");
    let service = Service::start(&config);
    let added = place.json(&["rcp", "add", &file, "--type", "OEM", "--fingerprint", &fingerprint]);
    assert_eq!(added["done"], false);
    let change = added["pending"]["changeId"].as_str().unwrap();
    assert_eq!(place.json(&["rcp", "list"]).as_array().unwrap().len(), 2);
    let own = place.run(&["rcp", "approve", change]);
    assert!(own.code == 1 && own.stderr.contains("another admin"), "{}", own.stderr);
    assert_eq!(place.json(&["rcp", "reject", change])["status"], "pending", "as it was when it was rejected");
    assert_eq!(place.json(&["rcp", "pending"]).as_array().unwrap().len(), 0);
    let doctor = place.run(&["doctor"]);
    assert!(doctor.stdout.contains("a change of the root pool needs a second"), "{}", doctor.stdout);
    assert!(doctor.stdout.contains("is there"), "{}", doctor.stdout);
    assert!(service.terminate().success());
}
