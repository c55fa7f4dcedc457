//! Leaves that lead to a root with what is at hand, and leaves that do not, and who is to be called.

mod failures;
mod odd;
mod real;

use jiff::Timestamp;

use super::*;
use crate::chain::tests::forge::Forged;

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// A chain of four, to be changed before its certificates are made.
#[derive(Clone)]
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

    /// Root, sub CA 1, sub CA 2, leaf.
    fn certificates(&self) -> [Certificate; 4] {
        [self.root.self_signed(), self.sub1.by(&self.root), self.sub2.by(&self.sub1), self.leaf.by(&self.sub2)]
    }
}

fn ask(given: &[Certificate], roots: &[Certificate], known: &[Certificate]) -> Result<Resolved, ResolveError> {
    let question = Question { certificates: given, purpose: Purpose::Provisioning, at: now() };
    let (anchors, known) = (Anchors::new(roots.to_vec()), Known::new(known.to_vec()));
    resolve(&question, &Pool { anchors: &anchors, known: &known, barred: &[] }, &mut Work::default())
}

#[track_caller]
fn unresolved(result: Result<Resolved, ResolveError>) -> Unresolved {
    match result {
        Err(ResolveError::Unresolved(unresolved)) => *unresolved,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_leaf_with_all_some_or_no_sub_cas_in_any_order() {
    let [root, sub1, sub2, leaf] = Pki::new().certificates();
    let all = [sub1.clone(), sub2.clone()];
    let roots = std::slice::from_ref(&root);
    let questions: [(&[&Certificate], [Supply; 4]); 5] = [
        (&[&leaf], [Supply::Given, Supply::Known, Supply::Known, Supply::Anchor]),
        (&[&sub2, &leaf], [Supply::Given, Supply::Given, Supply::Known, Supply::Anchor]),
        (&[&sub1, &leaf], [Supply::Given, Supply::Known, Supply::Given, Supply::Anchor]),
        (&[&root, &sub1, &sub2, &leaf], [Supply::Given, Supply::Given, Supply::Given, Supply::Anchor]),
        (&[&leaf, &leaf, &sub2, &sub2, &sub1], [Supply::Given, Supply::Given, Supply::Given, Supply::Anchor]),
    ];
    for (given, supplies) in questions {
        let given: Vec<_> = given.iter().map(|one| (*one).clone()).collect();
        let resolved = ask(&given, roots, &all).unwrap();
        assert_eq!(resolved.path.certificates().collect::<Vec<_>>(), [&leaf, &sub2, &sub1, &root]);
        assert_eq!(resolved.supplies, supplies);
        assert!(resolved.alternatives.is_empty() && resolved.warnings.is_empty(), "{resolved:?}");
    }
}

#[test]
fn cross_certificates_give_other_paths_and_barred_ones_none() {
    let pki = Pki::new();
    let [root, sub1, sub2, leaf] = pki.certificates();
    let other = Forged::ca("Other root", None);
    let (cross, other) = (pki.root.by(&other), other.self_signed());
    let given = [leaf.clone(), sub2.clone(), sub1.clone()];
    let resolved = ask(&given, &[other.clone(), root.clone()], std::slice::from_ref(&cross)).unwrap();
    assert_eq!(resolved.path.anchor(), &root, "the short way first");
    let anchors: Vec<_> = resolved.alternatives.iter().map(ValidPath::anchor).collect();
    assert_eq!(anchors, [&other]);

    let anchors = Anchors::new(vec![other.clone(), root.clone()]);
    let known = Known::new([cross.clone()]);
    let question = Question { certificates: &given, purpose: Purpose::Provisioning, at: now() };
    let mut work = Work::default();
    let barring = |barred: &[Fingerprint], work: &mut Work| {
        resolve(&question, &Pool { anchors: &anchors, known: &known, barred }, work)
    };
    let resolved = barring(&[root.fingerprint()], &mut work).unwrap();
    assert_eq!(resolved.path.anchor(), &other);
    let spent = work.signatures();
    barring(&[cross.fingerprint()], &mut work).unwrap();
    assert!(work.signatures() <= spent + 1, "what was verified is remembered");
    let error = unresolved(barring(&[sub1.fingerprint()], &mut work)).error;
    assert_eq!((error.kind(), error.subject()), (chain::ChainErrorKind::NoAnchor, "Sub 2"));
}

#[test]
fn which_one_is_the_leaf() {
    let pki = Pki::new();
    let [root, sub1, sub2, leaf] = pki.certificates();
    let roots = [root];
    assert!(matches!(ask(&[], &roots, &[]), Err(ResolveError::Empty)));
    let many = vec![leaf.clone(); 18];
    assert!(matches!(ask(&many, &roots, &[]), Err(ResolveError::TooMany { found: 18, most: 17 })));
    let other = Forged::leaf("WAUTESTCAR0000002").by(&pki.sub2);
    let error = ask(&[other, leaf], &roots, &[]).unwrap_err();
    assert!(error.to_string().contains("WAUTESTCAR0000001") && error.to_string().contains("0000002"), "{error}");
    let error = unresolved(ask(&[sub1, sub2], &roots, &[])).error;
    assert_eq!((error.kind(), error.subject()), (chain::ChainErrorKind::IsACa, "Sub 2"));
}
