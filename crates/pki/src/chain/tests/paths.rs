//! Chains that hold, whatever the way they are given.

use super::super::*;
use super::forge::Forged;
use super::now;

struct Pki {
    root: Forged,
    sub1: Forged,
    sub2: Forged,
    leaf: Forged,
}

impl Pki {
    fn new() -> Self {
        Self {
            root: Forged::ca("Root", None),
            sub1: Forged::ca("Sub 1", Some(1)),
            sub2: Forged::ca("Sub 2", Some(0)),
            leaf: Forged::leaf("WAUTESTCAR0000001"),
        }
    }

    fn root(&self) -> Certificate {
        self.root.self_signed()
    }

    fn sub1(&self) -> Certificate {
        self.sub1.by(&self.root)
    }

    fn sub2(&self) -> Certificate {
        self.sub2.by(&self.sub1)
    }

    fn leaf(&self) -> Certificate {
        self.leaf.by(&self.sub2)
    }
}

fn verify_provisioning(leaf: &Certificate, above: &[Certificate], anchors: &Anchors) -> ValidPath {
    verify(leaf, above, anchors, Purpose::Provisioning, now()).unwrap()
}

#[test]
fn any_order_with_duplicates_with_and_without_the_root() {
    let pki = Pki::new();
    let (leaf, sub2, sub1, root) = (pki.leaf(), pki.sub2(), pki.sub1(), pki.root());
    let anchors = Anchors::new(vec![root.clone(), root.clone()]);
    assert_eq!(anchors.len(), 1);
    let orders: [&[&Certificate]; 6] = [
        &[&sub2, &sub1],
        &[&sub1, &sub2],
        &[&root, &sub1, &sub2],
        &[&sub1, &leaf, &root, &sub2],
        &[&sub1, &sub1, &sub2, &sub2, &root, &root],
        &[&sub2, &Forged::ca("Sub 1", Some(1)).self_signed(), &sub1],
    ];
    for order in orders {
        let above: Vec<_> = order.iter().map(|certificate| (*certificate).clone()).collect();
        let path = verify_provisioning(&leaf, &above, &anchors);
        assert_eq!(path.certificates().collect::<Vec<_>>(), [&leaf, &sub2, &sub1, &root]);
        assert_eq!(path.sub_cas(), [sub2.clone(), sub1.clone()]);
        assert!(path.warnings().is_empty());
    }
}

#[test]
fn one_sub_ca_is_enough() {
    let pki = Pki::new();
    let leaf = pki.leaf.by(&pki.sub1);
    let path = verify_provisioning(&leaf, &[pki.sub1()], &Anchors::new(vec![pki.root()]));
    assert_eq!(path.certificates().count(), 3);
}

#[test]
fn roots_of_one_name_are_told_apart_by_key_id_and_else_by_signature() {
    for identified in [true, false] {
        let mut pki = Pki::new();
        pki.root.identified = identified;
        let namesakes = (0..5).map(|_| Forged { identified, ..Forged::ca("Root", None) }.self_signed());
        let anchors = Anchors::new(namesakes.chain([pki.root()]).collect());
        assert_eq!(anchors.len(), 6);
        let path = verify_provisioning(&pki.leaf(), &[pki.sub1(), pki.sub2()], &anchors);
        assert_eq!(path.anchor().public_key(), pki.root.key.public_key(), "identified: {identified}");
    }
}

#[test]
fn a_cross_certificate_leads_to_the_other_root() {
    let pki = Pki::new();
    let other = Forged::ca("Other root", None);
    let cross = pki.root.by(&other);
    let above = [pki.sub1(), pki.sub2(), cross.clone()];
    let path = verify_provisioning(&pki.leaf(), &above, &Anchors::new(vec![other.self_signed()]));
    assert_eq!(path.certificates().count(), 5);
    assert_eq!(path.sub_cas()[2], cross);
    // With both roots in the pool the short way is taken.
    let both = Anchors::new(vec![other.self_signed(), pki.root()]);
    let path = verify_provisioning(&pki.leaf(), &above, &both);
    assert_eq!(path.anchor().public_key(), pki.root.key.public_key());
    assert_eq!(path.sub_cas().len(), 2);
}

#[test]
fn the_other_way_is_taken_when_one_has_expired() {
    let pki = Pki::new();
    let expired = Forged { until: super::time("2025-06-01T00:00:00Z"), serial: 9, ..pki.sub1.clone() }.by(&pki.root);
    let other = Forged::ca("Other root", None);
    let cross = pki.sub1.by(&other);
    let anchors = Anchors::new(vec![pki.root(), other.self_signed()]);
    for above in [[expired.clone(), cross.clone(), pki.sub2()], [pki.sub2(), cross.clone(), expired.clone()]] {
        let path = verify_provisioning(&pki.leaf(), &above, &anchors);
        assert_eq!(path.anchor().public_key(), other.key.public_key());
        assert_eq!(path.sub_cas()[1], cross);
    }
}

#[test]
fn self_issued_cas_do_not_count_for_the_path_length() {
    let pki = Pki::new();
    // The new key of sub CA 2, certified by its old one.
    let renewed = Forged { key: Forged::ca("x", None).key, path_length: None, ..pki.sub2.clone() };
    let bridge = renewed.by(&pki.sub2);
    let leaf = pki.leaf.by(&renewed);
    let above = [pki.sub1(), pki.sub2(), bridge];
    let path = verify_provisioning(&leaf, &above, &Anchors::new(vec![pki.root()]));
    assert_eq!(path.certificates().count(), 5);
}

#[test]
fn validated_ca_paths_are_remembered_and_their_dates_are_not() {
    let pki = Pki::new();
    let anchors = Anchors::new(vec![pki.root()]);
    let above = [pki.sub1(), pki.sub2()];
    assert!(!anchors.links.contains(&pki.sub2(), &pki.sub1()));
    let (sub1, sub2) = (above[0].clone(), above[1].clone());
    verify_provisioning(&pki.leaf(), &above, &anchors);
    assert!(anchors.links.contains(&sub2, &sub1) && anchors.links.contains(&sub1, anchors.iter().next().unwrap()));
    let later = super::time("2040-01-01T00:00:00Z");
    let leaf = Forged { until: super::time("2049-01-01T00:00:00Z"), ..pki.leaf.clone() }.by(&pki.sub2);
    let error = verify(&leaf, &above, &anchors, Purpose::Provisioning, later).unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ChainErrorKind::Expired, "Sub 2"));
}

#[test]
fn nothing_of_a_failed_path_is_remembered() {
    let pki = Pki::new();
    let anchors = Anchors::new(vec![Forged::ca("Other root", None).self_signed()]);
    let above = [pki.sub1(), pki.sub2(), pki.root()];
    assert!(verify(&pki.leaf(), &above, &anchors, Purpose::Provisioning, now()).is_err());
    assert!(!anchors.links.contains(&above[1], &above[0]));
}

#[test]
fn a_chain_without_its_root_can_be_taken_as_it_is() {
    let pki = Pki::new();
    let (sub1, sub2) = (pki.sub1(), pki.sub2());
    for above in [&[sub2.clone(), sub1.clone()][..], &[sub1.clone(), sub2.clone(), pki.root()]] {
        let path = verify_unanchored(&pki.leaf(), above, Purpose::Provisioning, now()).unwrap();
        assert!(path.certificates().count() >= 3);
    }
    let error = verify_unanchored(&pki.leaf(), &[sub1], Purpose::Provisioning, now()).unwrap_err();
    assert_eq!(error.kind(), ChainErrorKind::NoAnchor);
    let later = super::time("2036-01-01T00:00:00Z");
    assert!(verify_unanchored(&pki.leaf(), &[sub2], Purpose::Provisioning, later).is_err());
    assert!(verify_unanchored(&pki.leaf(), &[], Purpose::Provisioning, now()).is_err());
}

#[test]
fn what_the_issuing_code_makes_holds_for_its_purpose_and_no_other() {
    use crate::hierarchy::{Domain, Hierarchy};
    use rand::SeedableRng;
    let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    let leaves = [
        (Domain::Oem, Purpose::Provisioning, "WAUTESTCAR0000001"),
        (Domain::Emsp, Purpose::Contract, "DEABCC123456789"),
        (Domain::Cps, Purpose::Cps, "CPS 1"),
        (Domain::Cpo, Purpose::Secc, "DE*ABC*E1"),
        (Domain::Oem, Purpose::Vehicle, "WAUTESTCAR0000001"),
    ];
    for (domain, purpose, name) in leaves {
        let pki = Hierarchy::new(domain, "Example", now(), &mut rng).unwrap();
        let leaf = pki.leaf(purpose.profile(), name, now(), &mut rng).unwrap();
        let anchors = Anchors::new(vec![pki.root.certificate().clone()]);
        for other in Purpose::ALL {
            let verdict = verify(&leaf.certificate, &leaf.sub_cas, &anchors, other, now());
            let alike = other.profile().domain_component == purpose.profile().domain_component;
            assert_eq!(verdict.is_ok(), alike, "{purpose:?} as {other:?}: {verdict:?}");
        }
    }
}
