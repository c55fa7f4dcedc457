//! From a leaf to a trust anchor.
//!
//! Own path building instead of a TLS library's, because the rules are ISO 15118's: the shell model (every certificate
//! valid now, the anchor too), leaves told apart by their subject, errors that name the certificate, and no purposes.

mod anchors;
mod checks;
mod error;
mod links;
mod path;
mod purpose;
mod root;
mod search;
mod warning;

use jiff::Timestamp;

use crate::certificate::Certificate;

pub use anchors::Anchors;
pub use error::{ChainError, ChainErrorKind, Position};
pub use path::ValidPath;
pub use purpose::Purpose;
pub use root::check_root;
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
    let mut warnings = Vec::new();
    checks::leaf(leaf, purpose, at, &mut warnings).map_err(|problem| problem.of(Position::Leaf, leaf))?;
    let (sub_cas, anchor) = search::run(leaf, above, anchors, at)?;
    for ca in &sub_cas {
        checks::domain_of_ca(ca, purpose).map_err(|problem| problem.of(Position::SubCa, ca))?;
    }
    let version = leaf.public_key().algorithm().version();
    sub_cas.iter().for_each(|ca| warning::of_any(ca, version, &mut warnings));
    warning::of_root(&anchor, version, &mut warnings);
    Ok(ValidPath::new(leaf.clone(), sub_cas, anchor, warnings))
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
mod tests;
