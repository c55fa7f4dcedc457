//! What X.509 accepts, and other people's code may not: how names and key identifiers are written.

use crate::certificate::Certificate;
use crate::chain::{ValidPath, Warning, WarningKind, Way, warn, way};

/// Adds the oddities of a path, leaf first.
pub(super) fn of(path: &ValidPath, warnings: &mut Vec<Warning>) {
    let certificates: Vec<&Certificate> = path.certificates().collect();
    for pair in certificates.windows(2) {
        if let [child, issuer] = pair {
            names(child, issuer, warnings);
            key_ids(child, issuer, warnings);
        }
    }
    for certificate in certificates {
        if let Some(id) = certificate.subject_key_id()
            && way(id, certificate.public_key()) == Some(Way::WholeKey)
        {
            warn(WarningKind::KeyIdOfWholeKey, certificate, warnings);
        }
    }
    let is_of =
        |length: usize| path.certificates().any(|one| one.subject_key_id().is_some_and(|id| id.len() == length));
    if is_of(8) && is_of(20) {
        warn(WarningKind::KeyIdsOfSeveralLengths, path.leaf(), warnings);
    }
}

fn names(child: &Certificate, issuer: &Certificate, warnings: &mut Vec<Warning>) {
    if child.issuer() != issuer.subject() {
        warn(WarningKind::OtherSpellingOfIssuer(issuer.subject().to_string()), child, warnings);
    }
}

fn key_ids(child: &Certificate, issuer: &Certificate, warnings: &mut Vec<Warning>) {
    match (child.authority_key_id(), issuer.subject_key_id()) {
        (Some(wanted), Some(found)) if wanted != found => {
            let kind = WarningKind::OtherFormOfKeyId { written: hex::encode(wanted), own: hex::encode(found) };
            warn(kind, child, warnings);
        }
        (None, Some(_)) => warn(WarningKind::WithoutIssuerKeyId, child, warnings),
        _ => {}
    }
}
