//! The same verdicts as `openssl verify -x509_strict` on 1,000 hierarchies: every fault alone at every place, then random
//! mixtures. Where the two differ, [`explanation`] says why; docs/explanation/trust.md lists the same reasons.

mod case;

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::rngs::StdRng;

use case::{Case, FAULTS, Fault};

const CASES: usize = 1000;

/// Why openssl and we may differ about this case; `None`: there is no reason why we should.
fn explanation(case: &Case, ours_holds: bool, theirs: &str) -> Option<&'static str> {
    let has = |fault| case.has(fault);
    let says = |text: &str| theirs.contains(text);
    if ours_holds {
        return if says("Missing Authority Key Identifier") || says("Missing Subject Key Identifier") {
            Some("strict: key identifiers are missing, which we warn about")
        } else if says("CA cert does not include key usage extension") {
            Some("strict: a CA without key usage is refused, and unrestricted by RFC 5280")
        } else if says("pathlen") || says("Path length") {
            Some("strict: a path length is refused that does not matter for the path")
        } else if has(Fault::LongKeyId) || has(Fault::WholeKeyId) || has(Fault::Double) && has(Fault::OwnLongKeyId) {
            Some("the same key is named in another form, which openssl does not recognise")
        } else if [
            Fault::CrossCertificate,
            Fault::ExpiredCross,
            Fault::NamesakeRoot,
            Fault::NamesakeSubCa,
            Fault::Double,
            Fault::Loop,
        ]
        .into_iter()
        .any(has)
        {
            Some("openssl follows one issuer of each certificate and does not come back; we try the others")
        } else if case.faults.contains(&(Fault::ForeignKeyId, 0)) {
            Some("what a trusted root says of its own issuer is not looked at")
        } else {
            None
        };
    }
    if has(Fault::OtherAlgorithm) {
        Some("a signature with an algorithm that ISO 15118 does not use")
    } else if case.has_in_leaf(Fault::NoKeyUsage) || case.has_in_leaf(Fault::NoKeyCertSign) {
        Some("a leaf without the key usage that its purpose needs")
    } else if case.has_in_ca(Fault::NoBasicConstraints) {
        Some("a CA without basic constraints")
    } else {
        None
    }
}

#[test]
fn openssl_gives_the_same_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let alone = FAULTS.iter().flat_map(|fault| (0..4).map(move |index| vec![(*fault, index)]));
    let mut cases: Vec<Case> = alone.map(|faults| Case::new(4, faults, &mut rng)).collect();
    cases.push(Case::new(4, Vec::new(), &mut rng));
    while cases.len() < CASES {
        let case = Case::random(&mut rng);
        cases.push(case);
    }
    let (mut good, mut refused) = (0, 0);
    let mut differences: BTreeMap<&str, u32> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for case in &cases {
        let ours = case.ours();
        let (theirs, text) = case.theirs(folder.path());
        match (ours.is_ok(), theirs) {
            (true, true) => good += 1,
            (false, false) => refused += 1,
            (ours_holds, _) => match explanation(case, ours_holds, &text) {
                Some(reason) => *differences.entry(reason).or_default() += 1,
                None => unexplained.push(format!("{:?}: ours {:?}, theirs {text}", case.faults, ours.map(|_| ()))),
            },
        }
    }
    println!("{good} good, {refused} refused by both, differences: {differences:#?}");
    assert!(unexplained.is_empty(), "{} without a reason:\n{}", unexplained.len(), unexplained.join("\n"));
    assert!(good > 150 && refused > 300, "too few of one kind to mean anything: {good} good, {refused} refused");
    assert!(differences.values().sum::<u32>() < 250, "too many differences to be the known ones: {differences:#?}");
}
