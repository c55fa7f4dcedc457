//! The certificates of a real PKI: at a date when they were valid, and today.

use std::path::PathBuf;

use super::*;
use crate::chain::ChainErrorKind as Kind;
use crate::chain::WarningKind;

fn read(name: &str) -> Option<Certificate> {
    let shared = std::env::var_os("OPNC_SHARED").map_or_else(|| PathBuf::from("../../../shared"), PathBuf::from);
    match std::fs::read_to_string(shared.join("data/hubject-qa").join(name)) {
        Ok(text) => Some(Certificate::from_pem(&text).unwrap()),
        Err(_) => {
            println!("SKIPPED resolution of {name}: no shared data");
            None
        }
    }
}

const SUB_CAS: [&str; 4] = ["mo-sub1-ca.pem", "mo-sub2-ca.pem", "oem-sub1-ca.pem", "oem-sub2-ca.pem"];

fn resolve_at(leaf: &str, purpose: Purpose, at: &str) -> Option<Result<Resolved, ResolveError>> {
    let leaf = [read(leaf)?];
    let anchors = Anchors::new(vec![read("v2g-root-ca-qa-g1.pem")?]);
    let known = Known::new(SUB_CAS.into_iter().filter_map(read));
    let question = Question { certificates: &leaf, purpose, at: at.parse().unwrap() };
    Some(resolve(&question, &Pool { anchors: &anchors, known: &known, barred: &[] }, &mut Work::default()))
}

#[test]
fn a_contract_leaf_alone_leads_to_the_root() {
    let Some(resolved) = resolve_at("contract-leaf-DEICECOPNCCERT.pem", Purpose::Contract, "2025-01-01T00:00:00Z")
    else {
        return;
    };
    let resolved = resolved.unwrap();
    assert_eq!(resolved.path.anchor().common_name(), Some("V2G Root CA QA G1"));
    let whole_key = resolved.warnings.iter().filter(|warning| warning.kind == WarningKind::KeyIdOfWholeKey);
    assert_eq!(whole_key.count(), 4);
    assert!(resolved.warnings.iter().any(|warning| warning.kind == WarningKind::MissingDomainComponent("MO")));
}

#[test]
fn today_its_leaf_has_expired_and_nothing_else() {
    let today = "2026-11-23T00:00:00Z";
    let Some(result) = resolve_at("contract-leaf-DEICECOPNCCERT.pem", Purpose::Contract, today) else { return };
    let error = unresolved(result);
    assert_eq!(error.findings.len(), 4);
    let faults: Vec<_> = error.findings.iter().map(|finding| finding.problems.len()).collect();
    assert_eq!(faults, [1, 0, 0, 0]);
    let problem = &error.findings[0].problems[0];
    assert_eq!(problem.error.kind(), Kind::Expired);
    assert!(problem.error.to_string().contains("expired on 2026-07-01T14:32:00Z"), "{}", problem.error);
    assert_eq!(problem.advice, "Ask the eMSP DEICE to issue a new contract certificate.");

    let resolved = resolve_at("oem-prov-leaf-DEHUBCOPNCPROVCER.pem", Purpose::Provisioning, today).unwrap();
    assert!(resolved.is_ok(), "{resolved:?}");
    let much_later = "2050-01-01T00:00:00Z";
    let error = resolve_at("oem-prov-leaf-DEHUBCOPNCPROVCER.pem", Purpose::Provisioning, much_later).unwrap();
    let faults: Vec<_> = unresolved(error).findings.iter().map(|finding| finding.problems.len()).collect();
    assert_eq!(faults, [1, 1, 1, 0]);
}
