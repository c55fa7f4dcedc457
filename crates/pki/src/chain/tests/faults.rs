//! One fault at a time: the error names the certificate and the kind.

use super::super::*;
use super::forge::{Forged, SIGNS};
use super::{now, time};
use crate::certificate::KeyUsage;

/// A chain of four whose members can be changed before they are made.
#[derive(Clone)]
struct Chain {
    root: Forged,
    sub1: Forged,
    sub2: Forged,
    leaf: Forged,
}

fn good() -> Chain {
    Chain {
        root: Forged::ca("Root", None),
        sub1: Forged::ca("Sub 1", Some(1)),
        sub2: Forged::ca("Sub 2", Some(0)),
        leaf: Forged::leaf("WAUTESTCAR0000001"),
    }
}

impl Chain {
    fn check(&self) -> Result<ValidPath, ChainError> {
        self.check_for(Purpose::Provisioning)
    }

    fn check_for(&self, purpose: Purpose) -> Result<ValidPath, ChainError> {
        let above = [self.sub2.by(&self.sub1), self.sub1.by(&self.root)];
        let anchors = Anchors::new(vec![self.root.self_signed()]);
        verify(&self.leaf.by(&self.sub2), &above, &anchors, purpose, now())
    }
}

/// Changes one member by `change`, and expects this error about it.
#[track_caller]
fn expect(change: impl Fn(&mut Chain), kind: ChainErrorKind, position: Position, subject: &str) -> String {
    let mut chain = good();
    change(&mut chain);
    let error = chain.check().unwrap_err();
    assert_eq!((error.kind(), error.position(), error.subject()), (kind, position, subject), "{error}");
    error.to_string()
}

use ChainErrorKind as Kind;
use Position::{Leaf, Root, SubCa};

#[test]
fn dates_of_every_member() {
    assert!(good().check().is_ok());
    let past = time("2025-12-31T23:59:59Z");
    let future = time("2026-01-01T00:00:01Z");
    let text = expect(|chain| chain.leaf.until = past, Kind::Expired, Leaf, "WAUTESTCAR0000001");
    assert_eq!(text, "the leaf certificate \"WAUTESTCAR0000001\" expired on 2025-12-31T23:59:59Z");
    expect(|chain| chain.sub2.until = past, Kind::Expired, SubCa, "Sub 2");
    expect(|chain| chain.sub1.until = past, Kind::Expired, SubCa, "Sub 1");
    expect(|chain| chain.root.until = past, Kind::Expired, Root, "Root");
    expect(|chain| chain.leaf.from = future, Kind::NotYetValid, Leaf, "WAUTESTCAR0000001");
    expect(|chain| chain.sub2.from = future, Kind::NotYetValid, SubCa, "Sub 2");
    expect(|chain| chain.sub1.from = future, Kind::NotYetValid, SubCa, "Sub 1");
    expect(|chain| chain.root.from = future, Kind::NotYetValid, Root, "Root");
}

#[test]
fn both_ends_of_the_validity_are_inside_it() {
    let mut chain = good();
    chain.leaf.until = now();
    chain.root.from = now();
    assert!(chain.check().is_ok());
}

#[test]
fn cas_that_are_none() {
    for flag in [None, Some(false)] {
        expect(|chain| chain.sub2.ca = flag, Kind::NotACa, SubCa, "Sub 2");
        expect(|chain| chain.sub1.ca = flag, Kind::NotACa, SubCa, "Sub 1");
        expect(|chain| chain.root.ca = flag, Kind::NotACa, Root, "Root");
    }
    expect(|chain| chain.leaf.ca = Some(true), Kind::IsACa, Leaf, "WAUTESTCAR0000001");
}

#[test]
fn key_usages() {
    expect(|chain| chain.sub2.usage = Some(KeyUsage::CRL_SIGN), Kind::KeyUsage, SubCa, "Sub 2");
    expect(|chain| chain.root.usage = Some(KeyUsage::CRL_SIGN), Kind::KeyUsage, Root, "Root");
    let text = expect(|chain| chain.leaf.usage = Some(SIGNS), Kind::KeyUsage, Leaf, "WAUTESTCAR0000001");
    assert!(text.contains("lacks the key usage digitalSignature, keyAgreement"), "{text}");
    expect(|chain| chain.leaf.usage = None, Kind::KeyUsage, Leaf, "WAUTESTCAR0000001");
    // A CA without the extension is not restricted.
    let mut chain = good();
    chain.sub1.usage = None;
    assert!(chain.check().is_ok());
}

#[test]
fn path_lengths() {
    expect(|chain| chain.sub1.path_length = Some(0), Kind::PathLength, SubCa, "Sub 1");
    let text = expect(|chain| chain.root.path_length = Some(1), Kind::PathLength, Root, "Root");
    assert!(text.contains("2 CAs below it where its path length allows 1"), "{text}");
    let mut chain = good();
    chain.root.path_length = Some(2);
    assert!(chain.check().is_ok());
}

#[test]
fn other_faults() {
    let text = expect(|chain| chain.sub1.unknown_critical = true, Kind::UnknownCritical, SubCa, "Sub 1");
    assert!(text.contains("1.2.3.4"), "{text}");
    expect(|chain| chain.leaf.unknown_critical = true, Kind::UnknownCritical, Leaf, "WAUTESTCAR0000001");
    expect(|chain| chain.leaf.sha384 = true, Kind::Algorithm, Leaf, "WAUTESTCAR0000001");
    expect(|chain| chain.sub2.sha384 = true, Kind::Algorithm, SubCa, "Sub 2");
}

#[test]
fn signatures_by_other_keys() {
    let chain = good();
    let other = Forged::ca("Other", None).key;
    let anchors = Anchors::new(vec![chain.root.self_signed()]);
    let (sub1, sub2, leaf) = (chain.sub1.by(&chain.root), chain.sub2.by(&chain.sub1), chain.leaf.by(&chain.sub2));
    let forged_leaf = chain.leaf.signed_by(&chain.sub2, &other);
    let forged_sub1 = chain.sub1.signed_by(&chain.root, &other);
    let kind = |leaf: &Certificate, above: &[Certificate]| {
        let error = verify(leaf, above, &anchors, Purpose::Provisioning, now()).unwrap_err();
        (error.kind(), error.subject().to_owned())
    };
    assert_eq!(kind(&forged_leaf, &[sub1, sub2.clone()]), (Kind::BadSignature, "WAUTESTCAR0000001".into()));
    assert_eq!(kind(&leaf, &[forged_sub1, sub2]), (Kind::BadSignature, "Sub 1".into()));
}

#[test]
fn missing_certificates_and_foreign_roots() {
    let chain = good();
    let (sub1, sub2, leaf) = (chain.sub1.by(&chain.root), chain.sub2.by(&chain.sub1), chain.leaf.by(&chain.sub2));
    let root = chain.root.self_signed();
    let foreign = Anchors::new(vec![Forged::ca("Other root", None).self_signed()]);
    let own = Anchors::new(vec![root.clone()]);
    let error = |above: &[Certificate], anchors: &Anchors| {
        let error = verify(&leaf, above, anchors, Purpose::Provisioning, now()).unwrap_err();
        assert_eq!(error.kind(), Kind::NoAnchor);
        (error.position(), error.subject().to_owned(), error.to_string())
    };
    assert_eq!(error(&[], &own).1, "WAUTESTCAR0000001");
    let (position, subject, text) = error(std::slice::from_ref(&sub2), &own);
    assert_eq!((position, subject.as_str()), (SubCa, "Sub 2"));
    assert!(text.contains("was issued by \"CN=Sub 1, DC=V2G\" with key"), "{text}");
    assert_eq!(error(std::slice::from_ref(&sub1), &own).1, "WAUTESTCAR0000001");
    assert_eq!(error(&[sub1.clone(), sub2.clone()], &foreign).1, "Sub 1");
    let (position, subject, text) = error(&[sub1.clone(), sub2.clone(), root], &foreign);
    assert_eq!((position, subject.as_str()), (Root, "Root"));
    assert!(text.contains("not among the trusted roots"), "{text}");
    // A namesake of the root with another key and key identifier is not the root.
    let namesake = Anchors::new(vec![Forged::ca("Root", None).self_signed()]);
    assert_eq!(error(&[sub1, sub2], &namesake).1, "Sub 1");
}

#[test]
fn an_anchor_must_be_a_root() {
    let chain = good();
    let sub1 = chain.sub1.by(&chain.root);
    let anchors = Anchors::new(vec![sub1]);
    let leaf = chain.leaf.by(&chain.sub2);
    let above = [chain.sub2.by(&chain.sub1)];
    let error = verify(&leaf, &above, &anchors, Purpose::Provisioning, now()).unwrap_err();
    assert_eq!((error.kind(), error.subject()), (Kind::NotARoot, "Sub 1"));
}

#[test]
fn domains() {
    let with = |domain, purpose| {
        let mut chain = good();
        chain.leaf.domain = domain;
        chain.check_for(purpose)
    };
    let kind = |domain, purpose| with(domain, purpose).unwrap_err().kind();
    assert_eq!(kind(None, Purpose::Cps), Kind::WrongDomain);
    assert_eq!(kind(Some("MO"), Purpose::Cps), Kind::WrongDomain);
    assert_eq!(kind(Some("SubCA-CPS"), Purpose::Cps), Kind::WrongDomain);
    assert_eq!(kind(Some("CPS"), Purpose::Contract), Kind::WrongDomain);
    assert_eq!(kind(Some("MO"), Purpose::Provisioning), Kind::WrongDomain);
    assert!(with(Some("CPS"), Purpose::Cps).unwrap().warnings().is_empty());
    assert!(with(Some("DECSO"), Purpose::Secc).unwrap().warnings().is_empty());
    let warning = |domain| with(domain, Purpose::Contract).unwrap().warnings()[0].kind.clone();
    assert_eq!(warning(None), WarningKind::MissingDomainComponent("MO"));
    assert_eq!(warning(Some("Generic")), WarningKind::OtherDomainComponent("Generic".into()));
}

#[test]
fn the_error_of_the_path_that_got_furthest() {
    let chain = good();
    let expired_root = Forged { until: time("2025-12-31T00:00:00Z"), ..chain.root.clone() };
    let anchors = Anchors::new(vec![expired_root.self_signed()]);
    // A namesake of sub CA 2, tried first, leads nowhere.
    let dead_end = Forged { identified: false, ..Forged::ca("Sub 2", Some(0)) }.self_signed();
    let above = [dead_end, chain.sub2.by(&chain.sub1), chain.sub1.by(&chain.root)];
    let error = verify(&chain.leaf.by(&chain.sub2), &above, &anchors, Purpose::Provisioning, now()).unwrap_err();
    assert_eq!((error.kind(), error.subject()), (Kind::Expired, "Root"));
}

#[test]
fn roots_on_their_way_into_a_pool() {
    let root = Forged::ca("Root", None);
    assert!(check_root(&root.self_signed(), now()).unwrap().is_empty());
    let kinds = |certificate: &Certificate| {
        check_root(certificate, now()).unwrap_err().iter().map(ChainError::kind).collect::<Vec<_>>()
    };
    let other = Forged::ca("Other", None);
    assert_eq!(kinds(&root.signed_by(&root, &other.key)), [Kind::BadSignature]);
    assert_eq!(kinds(&root.by(&other)), [Kind::NotARoot]);
    let expired = Forged { until: time("2025-12-31T00:00:00Z"), ..root.clone() };
    assert_eq!(kinds(&expired.self_signed()), [Kind::Expired]);
    assert_eq!(kinds(&expired.by(&other)), [Kind::NotARoot, Kind::Expired]);
    assert_eq!(kinds(&Forged::leaf("x").self_signed()), [Kind::NotACa]);
    let warnings = check_root(&Forged { identified: false, ..root }.self_signed(), now()).unwrap();
    assert_eq!(warnings[0].kind, WarningKind::RootWithoutKeyId);
}
