//! The work is bounded whatever is given.

use super::super::*;
use super::forge::Forged;
use super::now;

fn kind(leaf: &Certificate, above: &[Certificate], anchors: &Anchors) -> ChainErrorKind {
    verify(leaf, above, anchors, Purpose::Provisioning, now()).unwrap_err().kind()
}

#[test]
fn too_many_certificates() {
    let root = Forged::ca("Root", None);
    let leaf = Forged::leaf("WAUTESTCAR0000001").by(&root);
    let anchors = Anchors::new(vec![root.self_signed()]);
    let above = vec![root.self_signed(); 16];
    assert!(verify(&leaf, &above, &anchors, Purpose::Provisioning, now()).is_ok());
    assert_eq!(kind(&leaf, &vec![root.self_signed(); 17], &anchors), ChainErrorKind::TooManyCandidates);
}

#[test]
fn too_long() {
    let root = Forged::ca("Root", None);
    let cas: Vec<_> = (1..=4).map(|index| Forged::ca(&format!("Sub {index}"), None)).collect();
    let mut above = vec![cas[0].by(&root)];
    above.extend(cas.windows(2).map(|pair| pair[1].by(&pair[0])));
    let anchors = Anchors::new(vec![root.self_signed()]);
    let leaf = Forged::leaf("WAUTESTCAR0000001");
    assert!(verify(&leaf.by(&cas[2]), &above, &anchors, Purpose::Provisioning, now()).is_ok());
    assert_eq!(kind(&leaf.by(&cas[3]), &above, &anchors), ChainErrorKind::TooLong);
}

/// Sixteen CAs of one name, each signed by each other's key as far as anybody can tell by the names.
#[test]
fn namesakes_without_key_ids() {
    let cas: Vec<_> = (0..16).map(|_| Forged { identified: false, ..Forged::ca("Sub", None) }).collect();
    let above: Vec<_> = (0..16).map(|index| cas[index].by(&cas[(index + 1) % 16])).collect();
    let leaf = Forged::leaf("WAUTESTCAR0000001").by(&cas[0]);
    let anchors = Anchors::new(vec![Forged::ca("Root", None).self_signed()]);
    assert_eq!(kind(&leaf, &above, &anchors), ChainErrorKind::TooManyCandidates);
}

#[test]
fn certificates_in_a_circle() {
    let (one, other) = (Forged::ca("One", None), Forged::ca("Other", None));
    let above = [one.by(&other), other.by(&one)];
    let leaf = Forged::leaf("WAUTESTCAR0000001").by(&one);
    let anchors = Anchors::new(vec![Forged::ca("Root", None).self_signed()]);
    assert_eq!(kind(&leaf, &above, &anchors), ChainErrorKind::NoAnchor);
}

#[test]
fn an_empty_pool() {
    let root = Forged::ca("Root", None);
    let leaf = Forged::leaf("WAUTESTCAR0000001").by(&root);
    let nothing = Anchors::default();
    assert!(nothing.is_empty());
    assert_eq!(kind(&leaf, &[root.self_signed()], &nothing), ChainErrorKind::NoAnchor);
}
