//! `opnc ca renew`: the signers of contract data get successors, and the service goes on.

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
