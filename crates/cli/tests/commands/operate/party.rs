//! `opnc party`, with a server that runs.

use super::service::{Place, Service, text};
use crate::run::mode;

#[test]
fn a_secret_is_replaced_while_both_are_good() {
    let place = Place::init();
    let (id, first) = place.oem("Car Maker", "WAU");
    let service = Service::start(&place.path("opnc.toml"));
    assert_eq!(service.token((&id, &first)), "200");
    let rotate = ["party", "rotate-secret", "Car Maker", "--overlap", "1h"];
    let second = text(&place.json(&rotate)["clientSecret"]);
    assert_eq!([service.token((&id, &first)), service.token((&id, &second))], ["200", "200"]);
    let third = text(&place.json(&rotate)["clientSecret"]);
    let codes = [&first, &second, &third].map(|secret| service.token((&id, secret)));
    assert_eq!(codes, ["401", "200", "200"], "two at most");
    assert_eq!(place.run(&["party", "rotate-secret", "Car Maker", "--drop-old"]).code, 0);
    let codes = [&first, &second, &third].map(|secret| service.token((&id, secret)));
    assert_eq!(codes, ["401", "401", "200"]);
    let last = text(&place.json(&["party", "rotate-secret", &id, "--overlap", "0s"])["clientSecret"]);
    assert_eq!([service.token((&id, &third)), service.token((&id, &last))], ["401", "200"]);
}

#[test]
fn a_disabled_party_gets_no_token_until_it_is_enabled() {
    let place = Place::init();
    let (id, secret) = place.oem("Car Maker", "WAU");
    let service = Service::start(&place.path("opnc.toml"));
    assert_eq!(place.run(&["party", "disable", "Car Maker"]).stdout, "Car Maker is disabled.\n");
    assert_eq!(service.token((&id, &secret)), "401");
    assert_eq!(place.run(&["party", "disable", "Car Maker"]).stdout, "Car Maker was already disabled.\n");
    assert_eq!(place.json(&["party", "show", &id])["status"], "disabled");
    assert_eq!(place.run(&["party", "enable", &id]).code, 0);
    assert_eq!(service.token((&id, &secret)), "200");
}

#[test]
fn what_belongs_to_a_party_belongs_to_no_other() {
    let place = Place::init();
    place.oem("Car Maker", "WAU");
    for (arguments, part) in [
        (&["party", "add", "Other", "--role", "oem", "--wmi", "WAU"][..], "belongs to the party \"Car Maker\""),
        (&["party", "add", "Car Maker", "--role", "cpo"], "there is a party \"Car Maker\" already"),
        (&["party", "add", "Other", "--role", "cpo", "--wmi", "WVW"], "the role cpo has no WMIs"),
        (&["party", "show", "Nobody"], "there is no party"),
        (&["party", "change", "Car Maker", "--remove", "wmi=WVW"], "does not have the WMI WVW"),
        (&["party", "change", "Operator", "--add", "wmi=WVW"], "the role admin has no WMIs"),
    ] {
        let run = place.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{arguments:?}");
        assert!(run.stderr.contains(part), "{arguments:?}: {}", run.stderr);
    }
    for arguments in [
        &["party", "rotate-secret", "Car Maker", "--overlap", "99999d"][..],
        &["party", "add", "A", "--role", "king"],
        &["party", "add", "A", "--role", "oem", "--wmi", "W"],
    ] {
        assert_eq!(place.run(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(place.json(&["party", "list"]).as_array().unwrap().len(), 2);
}

#[test]
fn identifiers_come_and_go_and_all_of_it_is_in_the_audit_log() {
    let place = Place::init();
    place.oem("Car Maker", "WAU");
    let digits = "ab".repeat(32);
    let certificate = format!("root={digits}");
    let change = ["party", "change", "Car Maker", "--remove", "wmi=WAU", "--add", "wmi=TRU", "--add", &certificate];
    assert_eq!(place.run(&change).code, 0);
    let party = place.json(&["party", "show", "Car Maker"]);
    assert_eq!((&party["wmis"][0], &party["rootFingerprints"][0]), (&"TRU".into(), &digits.into()));
    let log = place.run(&["audit", "list"]);
    for action in ["PutRootCertificate", "AddParty", "ChangeParty"] {
        assert!(log.stdout.contains(action), "{action} in {}", log.stdout);
    }
    assert_eq!(place.run(&["audit", "verify"]).code, 0);
    assert_eq!(mode(&place.path("opnc.db")), 0o600);
}

#[test]
fn a_party_that_may_write_nothing_is_pointed_out() {
    let place = Place::init();
    for (role, option) in [("oem", "--wmi"), ("cpo", "--operator-id"), ("emspNoPki", "--provider-id")] {
        let run = place.run(&["party", "add", role, "--role", role]);
        assert!(run.code == 0 && run.stderr.starts_with(&format!("warning: without {option} ")), "{}", run.stderr);
    }
    assert_eq!(place.run(&["party", "add", "Other", "--role", "admin"]).stderr, "");
}
