//! `opnc ca renew`: the signers of contract data get successors, and the service goes on. `opnc ca found` and `show`.

use super::service::{Place, Service};

#[test]
fn signers_are_renewed_while_it_is_served() {
    let place = Place::init();
    let service = Service::start(&place.path("opnc.toml"));
    let due = place.run(&["ca", "renew"]);
    assert_eq!((due.code, due.stdout.as_str()), (0, "No signer is due; --now renews them all the same.\n"));
    let renewed = place.json(&["ca", "renew", "--now"]);
    assert_eq!(renewed.as_array().unwrap().len(), 2, "one for each generation of ISO 15118");
    let tree = place.run(&["ca", "tree"]).stdout;
    for one in renewed.as_array().unwrap() {
        let line = |fingerprint: &str| {
            let fingerprint = one[fingerprint].as_str().unwrap();
            tree.lines().find(|line| line.ends_with(fingerprint)).unwrap_or_else(|| panic!("{fingerprint}: {tree}"))
        };
        assert!(line("replaces").contains("no longer active"), "{tree}");
        assert!(!line("fingerprint").contains("no longer active"), "{tree}");
        let old = place.run(&["ca", "show", one["replaces"].as_str().unwrap()]).stdout;
        assert!(!old.contains("revoked"), "{old}");
    }
    let rows = place.json(&["audit", "list", "--operation", "RenewSigner"]);
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(service.get("/readyz"), "200");
    assert_eq!(place.run(&["doctor"]).code, 0);
    assert_eq!(place.run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_signer_that_was_revoked_has_a_successor_only_when_somebody_asks() {
    let place = Place::init();
    let renewed = place.json(&["ca", "renew", "--now"]);
    let first = renewed[0]["fingerprint"].as_str().unwrap();
    assert_eq!(place.run(&["ca", "revoke", first, "--reason", "keyCompromise"]).code, 0);
    assert_eq!(place.json(&["ca", "renew"]).as_array().unwrap().len(), 0);
    let again = place.json(&["ca", "renew", "--now"]);
    assert!(again.as_array().unwrap().iter().any(|one| one["replaces"] == first), "{again}");
}

#[test]
fn founding_once_more_says_that_nothing_was_made() {
    let place = Place::init();
    let first = place.run(&["ca", "found", "--algorithm", "Ed448"]);
    assert!(first.code == 0 && first.stdout.contains("CAs and signers made: "), "{}{}", first.stdout, first.stderr);
    let again = place.run(&["ca", "found", "--algorithm", "Ed448"]);
    assert!(again.stdout.contains("nothing was missing: no CA was made"), "{}", again.stdout);
    assert_eq!(place.json(&["ca", "found", "--algorithm", "Ed448"])["made"], 0);
}

#[test]
fn a_certificate_is_shown_by_its_file() {
    let place = Place::init();
    let listed = place.json(&["ca", "list"]);
    let fingerprint = listed[0]["fingerprint"].as_str().unwrap();
    let by_fingerprint = place.run(&["ca", "show", fingerprint]);
    let file = place.path("one.pem");
    let pem = by_fingerprint.stdout.find("-----BEGIN").map(|begin| &by_fingerprint.stdout[begin..]).unwrap();
    std::fs::write(&file, pem).unwrap();
    let by_file = place.run(&["ca", "show", &file.display().to_string()]);
    assert_eq!((by_file.code, by_file.stdout), (0, by_fingerprint.stdout), "{}", by_file.stderr);
    for (wrong, said) in [("abc", "neither a file nor a SHA-256 fingerprint"), ("opnc.toml", "holds no certificate")] {
        let wrong = if wrong == "abc" { wrong.to_owned() } else { place.path(wrong).display().to_string() };
        let refused = place.run(&["ca", "show", &wrong]);
        assert!(refused.code == 2 && refused.stderr.contains(said), "{} {}", refused.code, refused.stderr);
    }
}
