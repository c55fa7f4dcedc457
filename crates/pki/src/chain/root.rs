//! Whether a certificate is fit to become a trust anchor.

use jiff::Timestamp;

use super::error::{ChainErrorKind, Problem};
use super::{ChainError, Position, Warning, checks, warning};
use crate::certificate::Certificate;

/// Checks a root before it enters a pool: self-issued, signed by its own key, a CA, valid at `at`. Gives the quirks that
/// are accepted.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check_root(certificate: &Certificate, at: Timestamp) -> Result<Vec<Warning>, Vec<ChainError>> {
    let version = certificate.public_key().algorithm().version();
    let signature = || {
        certificate
            .verify_signature(certificate.public_key())
            .map_err(|_| Problem::new(ChainErrorKind::BadSignature, "is not signed by its own key"))
    };
    let own = checks::self_issued(certificate)
        .and_then(|()| checks::algorithm(certificate, version))
        .and_then(|()| signature());
    let problems: Vec<_> = [own, checks::ca(certificate, 0, at)]
        .into_iter()
        .filter_map(Result::err)
        .map(|problem| problem.of(Position::Root, certificate))
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut warnings = Vec::new();
    warning::of_root(certificate, version, &mut warnings);
    Ok(warnings)
}
