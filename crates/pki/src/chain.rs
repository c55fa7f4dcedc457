//! From a leaf to a trust anchor.
//!
//! Own path building instead of a TLS library's, because the rules are ISO 15118's: the shell model (every certificate
//! valid now, the anchor too), leaves told apart by their subject, errors that name the certificate, and no purposes.

mod anchors;
mod by_name;
mod checks;
mod error;
mod key_ids;
mod known;
mod links;
mod path;
mod purpose;
mod root;
mod search;
mod survey;
mod warning;

use jiff::Timestamp;

use crate::certificate::Certificate;

pub use anchors::Anchors;
pub use error::{ChainError, ChainErrorKind, Position};
pub(crate) use key_ids::{Way, way};
pub use known::Known;
pub use path::ValidPath;
pub use purpose::Purpose;
pub use root::check_root;
pub use search::Work;
pub(crate) use search::{MAX_ABOVE, Parts};
pub(crate) use survey::{Surveyed, survey};
pub(crate) use warning::add as warn;
pub use warning::{Warning, WarningKind};

/// Validates a leaf against a pool of roots.
///
/// `above` holds whatever came with the leaf: sub CAs in any order, duplicates, cross-certificates, with or without the
/// root. Paths of up to five certificates are tried, anchor included; the work is bounded whatever is given.
///
/// The key of the leaf tells the version of ISO 15118, and with it the algorithms: secp256r1 throughout in -2, secp521r1
/// and Ed448 in any mixture in -20. What Annex B of -20 does not define gives a warning.
///
/// # Errors
/// [`ChainError`] names the certificate that is wrong and why. When several paths fail, it is the error of the one that
/// got furthest.
pub fn verify(
    leaf: &Certificate,
    above: &[Certificate],
    anchors: &Anchors,
    purpose: Purpose,
    at: Timestamp,
) -> Result<ValidPath, ChainError> {
    let parts = Parts { leaf, above, known: &Known::default(), anchors, barred: &[], at };
    let mut paths = find(parts, purpose, 1, &mut Work::default())?;
    Ok(paths.swap_remove(0))
}

/// Up to `wanted` paths of a leaf, at least one, each to another anchor; for a caller that has more to build them of.
pub(crate) fn find(
    parts: Parts<'_>,
    purpose: Purpose,
    wanted: usize,
    work: &mut Work,
) -> Result<Vec<ValidPath>, ChainError> {
    let leaf = parts.leaf;
    let mut of_leaf = Vec::new();
    if let Some(problem) = checks::leaf(leaf, purpose, parts.at, &mut of_leaf).into_iter().next() {
        return Err(problem.of(Position::Leaf, leaf));
    }
    let version = leaf.public_key().algorithm().version();
    let mut paths = Vec::new();
    let mut wrong = None;
    for (sub_cas, anchor) in search::run(parts, wanted, work)? {
        let fault = sub_cas
            .iter()
            .find_map(|ca| checks::domain_of_ca(ca, purpose).err().map(|problem| problem.of(Position::SubCa, ca)));
        if let Some(error) = fault {
            wrong = wrong.or(Some(error));
            continue;
        }
        let mut warnings = of_leaf.clone();
        sub_cas.iter().for_each(|ca| warning::of_any(ca, version, &mut warnings));
        warning::of_root(&anchor, version, &mut warnings);
        paths.push(ValidPath::new(leaf.clone(), sub_cas, anchor, warnings));
    }
    match wrong {
        Some(error) if paths.is_empty() => Err(error),
        _ => Ok(paths),
    }
}

/// Up to `wanted` anchors above a CA, which may be one itself.
pub(crate) fn find_anchors(
    parts: Parts<'_>,
    purpose: Purpose,
    wanted: usize,
    work: &mut Work,
) -> Result<Vec<Certificate>, ChainError> {
    let ca = parts.leaf;
    let position = if ca.is_self_issued() { Position::Root } else { Position::SubCa };
    checks::ca(ca, 0, parts.at)
        .and_then(|()| checks::domain_of_ca(ca, purpose))
        .map_err(|problem| problem.of(position, ca))?;
    if parts.anchors.contains(ca) {
        return Ok(vec![ca.clone()]);
    }
    Ok(search::run(parts, wanted, work)?.into_iter().map(|(_, anchor)| anchor).collect())
}

/// Validates a leaf up to the topmost certificate that came with it, which is taken as it is.
///
/// For a reader that has no root of this domain, such as a car looking at a contract chain: the certificates fit together
/// and are valid, whoever made them.
///
/// # Errors
/// As [`verify`].
pub fn verify_unanchored(
    leaf: &Certificate,
    above: &[Certificate],
    purpose: Purpose,
    at: Timestamp,
) -> Result<ValidPath, ChainError> {
    verify(leaf, above, &Anchors::topmost(above), purpose, at)
}

#[cfg(test)]
pub(crate) mod tests;
