//! A real message, as the CPS of Hubject's test PKI made it, to the real root of that PKI.

use opnc_exi::iso2::{self, Message};
use opnc_pki::Certificate;
use opnc_pki::chain::{Anchors, ChainErrorKind};
use opnc_pki::contract::iso2::{Check, Failure, Report, verify_chains, verify_message};

use crate::support::{certificate, failed, response, shared};
use crate::tampering::flip_every_bit;

/// While all certificates of the message were valid; its contract certificate expired on 2026-07-01.
const VALID: &str = "2025-01-01T00:00:00Z";

/// The message and the root, or nothing where they are missing.
fn real(test: &str) -> Option<(Vec<u8>, Anchors)> {
    let message = shared(test, "data/hubject-qa/certificate-installation-res.iso2.exi")?;
    let root = shared(test, "data/hubject-qa/v2g-root-ca-qa-g1.pem")?;
    let root = Certificate::from_pem(&std::fs::read_to_string(root).unwrap()).unwrap();
    Some((std::fs::read(message).unwrap(), Anchors::new(vec![root])))
}

fn chains(message: &Message, anchors: &Anchors, at: &str) -> Report {
    verify_chains(response(message), anchors, None, at.parse().unwrap())
}

#[test]
fn the_real_message_verifies() {
    let Some((bytes, anchors)) = real("the_real_message_verifies") else { return };
    let message = iso2::decode(&bytes).unwrap();
    let report = verify_message(&message);
    assert!(report.is_ok(), "{report}");
    let report = chains(&message, &anchors, VALID);
    assert!(report.is_ok(), "{report}");
}

#[test]
fn the_real_contract_has_expired() {
    let Some((bytes, anchors)) = real("the_real_contract_has_expired") else { return };
    let message = iso2::decode(&bytes).unwrap();
    let report = chains(&message, &anchors, "2026-07-02T00:00:00Z");
    let contract = report.failures().find(|(check, _)| *check == Check::ContractChain);
    assert!(
        matches!(contract, Some((_, Failure::Chain(error))) if error.kind() == ChainErrorKind::Expired),
        "{report}"
    );
}

#[test]
fn another_root_does_not_vouch_for_the_real_cps() {
    let Some((bytes, _)) = real("another_root_does_not_vouch_for_the_real_cps") else { return };
    let message = iso2::decode(&bytes).unwrap();
    let report = chains(&message, &Anchors::new(vec![certificate("v2groot")]), VALID);
    assert_eq!(failed(&report), [Check::CpsChain]);
}

/// With the chains checked too, the session alone remains open.
#[test]
fn every_flipped_bit_of_the_real_message_is_refused() {
    let Some((bytes, anchors)) = real("every_flipped_bit_of_the_real_message_is_refused") else { return };
    let original = iso2::decode(&bytes).unwrap();
    let outcome = flip_every_bit(&bytes, |message| {
        let mut report = verify_message(message);
        if report.is_ok() {
            report = chains(message, &anchors, VALID);
        }
        report
    });
    assert_eq!(outcome.accepted.len(), original.header.session_id.len() * 8, "{outcome:?}");
    assert!(outcome.refused > 8 * 2200, "{outcome:?}");
}
