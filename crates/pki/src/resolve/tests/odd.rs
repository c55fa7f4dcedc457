//! What is odd and yet holds, and what does not hold however much it looks so.

use super::*;
use crate::chain::tests::forge::{KeyId, Spelling};
use crate::chain::{ChainErrorKind, WarningKind};

fn warnings(pki: &Pki) -> Vec<WarningKind> {
    let [root, sub1, sub2, leaf] = pki.certificates();
    let resolved = ask(&[leaf, sub1, sub2], &[root], &[]).unwrap();
    assert!(resolved.warnings.iter().all(|warning| !warning.to_string().is_empty()));
    resolved.warnings.into_iter().map(|warning| warning.kind).collect()
}

#[test]
fn names_in_another_spelling() {
    for spelling in [Spelling::Printable, Spelling::Upper, Spelling::Spaced] {
        let mut pki = Pki::new();
        pki.sub2.issuer_spelling = spelling;
        pki.sub1.issuer_spelling = spelling;
        let kinds = warnings(&pki);
        let odd = |name: &str| WarningKind::OtherSpellingOfIssuer(format!("CN={name}, DC=V2G"));
        assert_eq!(kinds, [odd("Sub 1"), odd("Root")], "{spelling:?}");
    }
}

#[test]
fn names_in_another_order_are_other_names() {
    let mut pki = Pki::new();
    pki.sub2.issuer_spelling = Spelling::Reordered;
    let [root, sub1, sub2, leaf] = pki.certificates();
    let error = unresolved(ask(&[leaf, sub1, sub2], &[root], &[]));
    let told = &error.findings.last().unwrap().problems[0];
    assert_eq!(told.error.kind(), ChainErrorKind::NoAnchor);
    assert!(told.error.to_string().contains("the same parts in another order"), "{}", told.error);
}

#[test]
fn key_identifiers_in_another_form() {
    let mut pki = Pki::new();
    pki.sub2.issuer_key_id = Some(KeyId::Long);
    let kinds = warnings(&pki);
    assert!(
        matches!(kinds.as_slice(), [WarningKind::OtherFormOfKeyId { written, .. }] if written.len() == 40),
        "{kinds:?}"
    );
    pki.sub2.issuer_key_id = Some(KeyId::WholeKey);
    assert!(matches!(warnings(&pki).as_slice(), [WarningKind::OtherFormOfKeyId { .. }]));

    pki.sub2.issuer_key_id = Some(KeyId::Foreign);
    let [root, sub1, sub2, leaf] = pki.certificates();
    let error = unresolved(ask(&[leaf, sub1, sub2], &[root], &[]));
    let told = error.findings.last().unwrap().problems[0].error.to_string();
    assert!(told.contains("with key 0707070707070707; a CA of that name is at hand, and its key is 4"), "{told}");
}

#[test]
fn key_identifiers_of_several_lengths_of_whole_keys_and_none() {
    let mut pki = Pki::new();
    pki.root.key_id = KeyId::Long;
    assert_eq!(warnings(&pki), [WarningKind::KeyIdsOfSeveralLengths]);
    let mut pki = Pki::new();
    pki.sub1.key_id = KeyId::WholeKey;
    assert_eq!(warnings(&pki), [WarningKind::KeyIdOfWholeKey]);
    let mut pki = Pki::new();
    pki.root.identified = false;
    assert_eq!(warnings(&pki), [WarningKind::RootWithoutKeyId]);
}
