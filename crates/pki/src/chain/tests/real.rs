//! The chains of a real Plug & Charge PKI.

use std::path::PathBuf;

use super::super::*;
use super::time;

fn read(name: &str) -> Option<Certificate> {
    let shared = std::env::var_os("OPNC_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    match std::fs::read_to_string(shared.join("data/hubject-qa").join(name)) {
        Ok(text) => Some(Certificate::from_pem(&text).unwrap()),
        Err(_) => {
            println!("SKIPPED chain of {name}: no shared data");
            None
        }
    }
}

fn anchors() -> Option<Anchors> {
    Some(Anchors::new(vec![read("v2g-root-ca-qa-g1.pem")?]))
}

#[test]
fn the_chain_of_a_car() {
    let Some(anchors) = anchors() else { return };
    let leaf = read("oem-prov-leaf-DEHUBCOPNCPROVCER.pem").unwrap();
    let above = [read("oem-sub1-ca.pem").unwrap(), read("oem-sub2-ca.pem").unwrap()];
    let path = verify(&leaf, &above, &anchors, Purpose::Provisioning, time("2026-01-01T00:00:00Z")).unwrap();
    assert_eq!(path.not_after(), leaf.not_after());
    let warnings: Vec<_> = path.warnings().iter().map(|warning| warning.kind.clone()).collect();
    // The leaf writes cA FALSE out too.
    assert_eq!(warnings.last(), Some(&WarningKind::RootWithExtendedKeyUsage), "{warnings:?}");
    assert!(path.warnings().iter().all(|warning| !warning.to_string().is_empty()));

    let error = verify(&leaf, &above, &anchors, Purpose::Contract, time("2026-01-01T00:00:00Z")).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::WrongDomain);
    let error = verify(&leaf, &above, &anchors, Purpose::Provisioning, time("2030-01-01T00:00:00Z")).unwrap_err();
    assert_eq!((error.kind(), error.position()), (ChainErrorKind::Expired, Position::Leaf));
}

#[test]
fn the_chain_of_a_contract_that_has_expired_by_now() {
    let Some(anchors) = anchors() else { return };
    let leaf = read("contract-leaf-DEICECOPNCCERT.pem").unwrap();
    let above = [read("mo-sub2-ca.pem").unwrap(), read("mo-sub1-ca.pem").unwrap()];
    let path = verify(&leaf, &above, &anchors, Purpose::Contract, time("2025-01-01T00:00:00Z")).unwrap();
    let warnings: Vec<_> = path.warnings().iter().map(|warning| warning.kind.clone()).collect();
    assert!(warnings.contains(&WarningKind::MissingDomainComponent("MO")), "{warnings:?}");
    assert!(warnings.contains(&WarningKind::ExplicitCaFalse), "{warnings:?}");

    let error = verify(&leaf, &above, &anchors, Purpose::Contract, time("2026-11-22T00:00:00Z")).unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ChainErrorKind::Expired, "DEICECOPNCCERT"));
    assert!(verify(&leaf, &above, &anchors, Purpose::Cps, time("2025-01-01T00:00:00Z")).is_err());
    let wrong = [read("oem-sub2-ca.pem").unwrap(), read("oem-sub1-ca.pem").unwrap()];
    let error = verify(&leaf, &wrong, &anchors, Purpose::Contract, time("2025-01-01T00:00:00Z")).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::NoAnchor);
}

#[test]
fn the_root_itself() {
    let Some(root) = read("v2g-root-ca-qa-g1.pem") else { return };
    let warnings = check_root(&root, time("2026-01-01T00:00:00Z")).unwrap();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].kind, WarningKind::RootWithExtendedKeyUsage);
    let errors = check_root(&root, time("2019-01-01T00:00:00Z")).unwrap_err();
    assert_eq!(errors[0].kind(), ChainErrorKind::NotYetValid);
    let sub = read("oem-sub1-ca.pem").unwrap();
    let errors = check_root(&sub, time("2026-01-01T00:00:00Z")).unwrap_err();
    assert_eq!(errors[0].kind(), ChainErrorKind::NotARoot);
}
