//! Lists among ourselves and with every fault; `tests/status` has the same with openssl.

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::hierarchy::{Domain, Hierarchy};

fn now() -> Timestamp {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

fn later(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

fn pki() -> Hierarchy {
    Hierarchy::new(Domain::Oem, "Org", now(), &mut StdRng::seed_from_u64(1)).unwrap()
}

fn list(pki: &Hierarchy, revoked: &[Revoked]) -> Vec<u8> {
    let issuer = pki.sub_ca_2.certificate();
    let draft = Draft { issuer, number: 300, this_update: now(), next_update: later(7), revoked };
    draft.sign(pki.sub_ca_2.signer()).unwrap()
}

fn revoked() -> Vec<Revoked> {
    let reasons = [None, Some(RevocationReason::KeyCompromise), Some(RevocationReason::Superseded)];
    (1u8..).zip(reasons).map(|(number, reason)| Revoked { serial: vec![0x80, number], at: now(), reason }).collect()
}

#[test]
fn lists_lead_back() {
    let pki = pki();
    for revoked in [vec![], revoked()] {
        let crl = Crl::from_der(&list(&pki, &revoked)).unwrap();
        crl.verify(pki.sub_ca_2.certificate(), later(1)).unwrap();
        assert_eq!((crl.number(), crl.len()), (Some([1, 44].as_slice()), revoked.len()));
        assert!(revoked.iter().all(|one| crl.find(&one.serial) == Some(one)));
        assert_eq!(crl.find(&[1]), None);
    }
}

#[test]
fn lists_that_are_not_believed() {
    let pki = pki();
    let der = list(&pki, &revoked());
    let verify = |der: &[u8], at| Crl::from_der(der).unwrap().verify(pki.sub_ca_2.certificate(), at);
    assert!(matches!(verify(&der, later(8)), Err(CrlError::Time { .. })));
    assert!(matches!(verify(&der, later(-1)), Err(CrlError::Time { .. })));
    let crl = Crl::from_der(&der).unwrap();
    assert_eq!(crl.verify(pki.sub_ca_1.certificate(), now()), Err(CrlError::Issuer));
    let other = super::tests::pki();
    assert_eq!(crl.verify(other.sub_ca_2.certificate(), now()), Err(CrlError::Signature));
}

#[test]
fn truncated_and_changed_input_is_an_error_and_never_a_panic() {
    let pki = pki();
    let der = list(&pki, &revoked());
    for end in 0..der.len() {
        assert!(Crl::from_der(&der[..end]).is_err(), "{end}");
    }
    for index in 0..der.len() {
        let mut changed = der.clone();
        changed[index] ^= 1;
        let believed = Crl::from_der(&changed).is_ok_and(|crl| crl.verify(pki.sub_ca_2.certificate(), now()).is_ok());
        assert!(!believed, "{index}");
    }
}
