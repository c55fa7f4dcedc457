//! Everything that is wrong is told, with whom to call.

use super::*;
use crate::certificate::KeyUsage;
use crate::chain::ChainErrorKind as Kind;

fn expired(forged: &mut Forged) {
    forged.until = "2025-06-01T00:00:00Z".parse().unwrap();
}

/// Subject, kinds of faults and whom to call, of each certificate that has a fault.
fn told(error: &Unresolved) -> Vec<(String, Vec<Kind>, String)> {
    let with_faults = error.findings.iter().filter(|finding| !finding.problems.is_empty());
    with_faults
        .map(|finding| {
            let kinds = finding.problems.iter().map(|problem| problem.error.kind()).collect();
            let name = finding.certificate.common_name().unwrap_or_default().to_owned();
            (name, kinds, finding.problems[0].whom.to_string())
        })
        .collect()
}

#[test]
fn certificate_by_certificate() {
    let mut pki = Pki::new();
    [&mut pki.leaf, &mut pki.sub2, &mut pki.root].into_iter().for_each(expired);
    pki.sub2.usage = Some(KeyUsage::CRL_SIGN);
    pki.sub1.path_length = Some(0);
    let [root, sub1, sub2, leaf] = pki.certificates();
    let error = unresolved(ask(&[leaf, sub1, sub2], &[root], &[]));
    assert_eq!((error.error.kind(), error.error.subject()), (Kind::Expired, "WAUTESTCAR0000001"));
    assert_eq!(
        told(&error),
        [
            ("WAUTESTCAR0000001".into(), vec![Kind::Expired], "the OEM with the WMI WAU".into()),
            ("Sub 2".into(), vec![Kind::Expired, Kind::KeyUsage], "the operator of the sub CA, \"Sub 2\"".into()),
            ("Sub 1".into(), vec![Kind::PathLength], "the operator of the sub CA, \"Sub 1\"".into()),
            ("Root".into(), vec![Kind::Expired], "the operator of the root, \"Root\"".into()),
        ]
    );
    let advice = &error.findings[0].problems[0].advice;
    assert_eq!(advice, "Ask the OEM with the WMI WAU to issue a new provisioning certificate.");
    assert_eq!(error.certificates().count(), 4);
}

#[test]
fn what_is_missing_or_not_trusted() {
    let pki = Pki::new();
    let [root, sub1, sub2, leaf] = pki.certificates();
    let roots = std::slice::from_ref(&root);
    let error = unresolved(ask(std::slice::from_ref(&leaf), roots, &[]));
    let advice = &error.findings[0].problems[0].advice;
    assert!(advice.contains("send the missing CA certificate \"CN=Sub 2, DC=V2G\" too"), "{advice}");
    assert_eq!(told(&error), [("WAUTESTCAR0000001".into(), vec![Kind::NoAnchor], Whom::Presenter.to_string())]);

    let chain = [leaf, sub2, sub1, root];
    let error = unresolved(ask(&chain, &[], &[]));
    assert_eq!(told(&error), [("Root".into(), vec![Kind::NoAnchor], Whom::Pool.to_string())]);
    assert_eq!(error.findings.len(), 4);
}

#[test]
fn a_signature_of_another_key() {
    let pki = Pki::new();
    let [root, sub1, _, leaf] = pki.certificates();
    let forged = pki.sub2.signed_by(&pki.sub1, &Forged::ca("x", None).key);
    let error = unresolved(ask(&[leaf, sub1, forged], &[root], &[]));
    assert_eq!(told(&error), [("Sub 2".into(), vec![Kind::BadSignature], Whom::Presenter.to_string())]);
}

/// A car's certificate that is shown as a contract: nothing is wrong with its CAs, and no eMSP has to do with it.
#[test]
fn a_leaf_of_another_kind_is_all_that_is_told() {
    let mut pki = Pki::new();
    for forged in [&mut pki.sub1, &mut pki.sub2, &mut pki.leaf] {
        forged.domain = Some("OEM");
    }
    let [root, sub1, sub2, leaf] = pki.certificates();
    let given = [leaf, sub2, sub1];
    let question = Question { certificates: &given, purpose: Purpose::Contract, at: now() };
    let (anchors, known) = (Anchors::new(vec![root]), Known::new([]));
    let pool = Pool { anchors: &anchors, known: &known, barred: &[] };
    let error = unresolved(resolve(&question, &pool, &mut Work::default()));
    let [(name, kinds, whom)] = &told(&error)[..] else { panic!("{error:?}") };
    assert_eq!((name.as_str(), whom.as_str()), ("WAUTESTCAR0000001", "whoever presents this chain"));
    assert!(kinds.contains(&Kind::WrongDomain), "{kinds:?}");
    let advice = &error.findings[0].problems[0].advice;
    assert_eq!(
        advice,
        "Ask whoever presents this chain to present a contract certificate; this certificate is one of another kind."
    );
}

/// The likeliest chain is the one with the fewest faults, not the first.
#[test]
fn the_renewed_sub_ca_is_what_is_told_about() {
    let pki = Pki::new();
    let [root, sub1, sub2, _] = pki.certificates();
    let mut old = Forged { serial: 2, ..pki.sub2.clone() };
    expired(&mut old);
    let old = old.by(&pki.sub1);
    let mut leaf = pki.leaf.clone();
    expired(&mut leaf);
    let error = unresolved(ask(&[leaf.by(&pki.sub2), old, sub2, sub1], &[root], &[]));
    assert_eq!(told(&error).len(), 1, "{error:?}");
}

#[test]
fn the_work_is_bounded() {
    // Each of 16 CAs may have issued each other by name; none has issued the leaf's chain up to the root.
    let cas: Vec<_> = (0..16).map(|_| Forged { identified: false, ..Forged::ca("Sub", None) }).collect();
    let above: Vec<_> = (0..16).map(|index| cas[index].by(&cas[(index + 1) % 16])).collect();
    let leaf = Forged::leaf("WAUTESTCAR0000001").by(&cas[0]);
    let given: Vec<_> = [vec![leaf], above].concat();
    let others: Vec<_> =
        (0..200).map(|_| Forged { identified: false, ..Forged::ca("Sub", None) }.self_signed()).collect();
    let question = Question { certificates: &given, purpose: Purpose::Provisioning, at: now() };
    let mut work = Work::default();
    let pool = Pool { anchors: &Anchors::new(others.clone()), known: &Known::new(others), barred: &[] };
    let error = unresolved(resolve(&question, &pool, &mut work));
    assert_eq!(error.error.kind(), Kind::TooManyCandidates);
    assert!(work.signatures() <= 64, "{}", work.signatures());
}
