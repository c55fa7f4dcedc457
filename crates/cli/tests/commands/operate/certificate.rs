//! `opnc party certificate`: certificates by openssl, registered and taken away.

use std::path::Path;

use super::service::Place;
use crate::openssl::{field, here, openssl};

/// A certificate that somebody has signed himself, its file and its fingerprint.
fn certificate(place: &Place, name: &str, subject: &str) -> (String, String) {
    let path = |end: &str| place.path(&format!("{name}.{end}")).display().to_string();
    let (pem, key) = (path("pem"), path("key"));
    let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", &key];
    openssl(&[&["req", "-x509", "-days", "30", "-subj", subject, "-out", &pem][..], &new_key].concat());
    let shown = field(Path::new(&pem), &["-fingerprint", "-sha256"]);
    let fingerprint = shown.rsplit_once('=').unwrap().1.to_owned();
    (pem, fingerprint)
}

#[test]
fn certificates_come_and_go() {
    if !here("certificates_come_and_go") {
        return;
    }
    let place = Place::init();
    place.oem("Car Maker", "WAU");
    place.oem("Other Maker", "TRU");
    let (pem, fingerprint) = certificate(&place, "client", "/O=Car Maker/CN=gateway");
    let plain = fingerprint.replace(':', "").to_lowercase();
    let of = |more: &[&str]| place.run(&[&["party", "certificate", "Car Maker"], more].concat());
    let added = of(&["--add", &pem]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    assert!(added.stdout.starts_with(&format!("{plain} is a credential now: ")), "{}", added.stdout);
    assert_eq!(of(&["--add", &pem]).code, 0, "once more is the same");
    let listed = of(&[]).stdout;
    assert!(listed.lines().count() == 2 && listed.contains(&plain) && listed.contains("gateway"), "{listed}");
    let taken = place.run(&["party", "certificate", "Other Maker", "--add", &pem]);
    assert!(taken.code == 1 && taken.stderr.contains("credential of another party"), "{}", taken.stderr);
    let removed = of(&["--remove", &fingerprint]);
    assert!(removed.code == 0 && removed.stdout.contains("no credential any more"), "{}", removed.stderr);
    assert_eq!(of(&[]).stdout.lines().count(), 1, "headings alone");
    assert!(of(&["--remove", &fingerprint]).stderr.contains("has no such certificate"));
    assert_eq!(place.run(&["party", "certificate", "Other Maker", "--add", &pem]).code, 0);
    let operations = place.run(&["audit", "list"]).stdout;
    for (operation, times) in [("AddClientCertificate", 2), ("RemoveClientCertificate", 1)] {
        assert_eq!(operations.matches(operation).count(), times, "{operations}");
    }
}

#[test]
fn what_can_be_no_credential() {
    if !here("what_can_be_no_credential") {
        return;
    }
    let place = Place::init();
    let (station, _) = certificate(&place, "station", "/CN=DECHGE1/O=Charging/DC=CPO");
    let text = place.path("text.pem").display().to_string();
    std::fs::write(&text, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    for (arguments, code, part) in [
        (&["Operator", "--add", &station][..], 1, "ISO 15118"),
        (&["Operator", "--add", &text], 1, "text.pem"),
        (&["Operator", "--add", "/nowhere/client.pem"], 1, "cannot read"),
        (&["Operator", "--remove", "xyz"], 1, "--remove"),
        (&["Operator", "--add", &station, "--remove", "xyz"], 2, "cannot be used with"),
        (&["Nobody", "--add", &station], 1, "there is no party"),
    ] {
        let run = place.run(&[&["party", "certificate"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(part), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(place.json(&["party", "certificate", "Operator"]).as_array().unwrap().len(), 0);
}
