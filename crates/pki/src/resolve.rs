//! From a leaf to its trust anchor, with whatever is at hand; or why not, certificate by certificate.
//!
//! [`chain::verify`](crate::chain::verify) answers yes or no about a chain that somebody presents. Here the question is that
//! of a station or its backend with a certificate of a stranger: whose is it, who vouches for it, and if nobody does, whom to
//! call. Nothing is fetched: what else is at hand comes as [`Known`], and what was missing is told, so that a caller who can
//! look further asks again.

mod advice;
mod oddities;
mod unresolved;

use jiff::Timestamp;
use opnc_messages::ids::Fingerprint;

use crate::certificate::Certificate;
use crate::chain::{self, Anchors, ChainError, Known, MAX_ABOVE, Parts, Purpose, ValidPath, Warning, Work};

pub use advice::{Whom, about_revoked};
pub use unresolved::{Finding, Problem, ResolveError, Supply, Unresolved};

/// How many paths are told, each to another anchor.
const MOST_PATHS: usize = 4;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The leaf, and of the CAs above it some, all or none, with or without the root, in any order; at most 17.
    pub certificates: &'a [Certificate],
    /// What the leaf is wanted for.
    pub purpose: Purpose,
    /// When.
    pub at: Timestamp,
}

/// What there is to answer with.
#[derive(Debug, Clone, Copy)]
pub struct Pool<'a> {
    /// The roots that are trusted for this purpose.
    pub anchors: &'a Anchors,
    /// CA certificates that may be missing in the question.
    pub known: &'a Known,
    /// Certificates that no path may go through, for example because they are revoked.
    pub barred: &'a [Fingerprint],
}

/// A leaf that leads to a trusted root.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The path.
    pub path: ValidPath,
    /// Further paths, each to another root (cross-certificates); at most three.
    pub alternatives: Vec<ValidPath>,
    /// What is accepted and yet odd: of the leaf, then upwards.
    pub warnings: Vec<Warning>,
    /// Where each certificate of the path came from, leaf first.
    pub supplies: Vec<Supply>,
}

/// Finds the path of a leaf to a trusted root.
///
/// The rules are those of [`chain::verify`](crate::chain::verify). Names are compared as X.509 compares them. One call
/// verifies at most 64 signatures (32 to find a path and 32 to say why there is none), whatever is given, and all calls with
/// the same `work` 128; those that it remembers from an earlier call are not verified again.
///
/// # Errors
/// [`ResolveError`]: there is no leaf to begin with, or the [`Unresolved`] chain with everything that is wrong with it.
pub fn resolve(question: &Question<'_>, pool: &Pool<'_>, work: &mut Work) -> Result<Resolved, ResolveError> {
    let (leaf, above) = take_leaf(question.certificates)?;
    let Pool { anchors, known, barred } = *pool;
    let parts = Parts { leaf, above: &above, known, anchors, barred, at: question.at };
    match chain::find(parts, question.purpose, MOST_PATHS, work) {
        Ok(paths) => {
            let mut paths = paths.into_iter();
            let path = paths.next().ok_or(ResolveError::Empty)?;
            let mut warnings = path.warnings().to_vec();
            oddities::of(&path, &mut warnings);
            let supplies = path.certificates().map(|one| Supply::of(one, question.certificates, anchors)).collect();
            Ok(Resolved { path, alternatives: paths.collect(), warnings, supplies })
        }
        Err(error) => Err(ResolveError::Unresolved(Box::new(Unresolved::new(error, question, parts, work)))),
    }
}

/// The trusted roots above a CA of which nothing is known that it has issued: at least one, and of others up to `most` in all,
/// as far as they are found with little more work.
///
/// # Errors
/// [`ChainError`] when it leads to none, or may issue no certificates.
pub fn resolve_ca(
    ca: &Certificate,
    pool: &Pool<'_>,
    purpose: Purpose,
    at: Timestamp,
    most: usize,
    work: &mut Work,
) -> Result<Vec<Certificate>, ChainError> {
    let Pool { anchors, known, barred } = *pool;
    chain::find_anchors(Parts { leaf: ca, above: &[], known, anchors, barred, at }, purpose, most, work)
}

/// The leaf among the certificates, and the others.
fn take_leaf(certificates: &[Certificate]) -> Result<(&Certificate, Vec<Certificate>), ResolveError> {
    if certificates.len() > MAX_ABOVE + 1 {
        return Err(ResolveError::TooMany { found: certificates.len(), most: MAX_ABOVE + 1 });
    }
    let has_issued =
        |one: &Certificate| certificates.iter().any(|other| other != one && other.issuer().matches(one.subject()));
    let mut leaves: Vec<&Certificate> = Vec::new();
    for certificate in certificates.iter().filter(|one| !one.is_ca() && !has_issued(one)) {
        if !leaves.contains(&certificate) {
            leaves.push(certificate);
        }
    }
    let leaf = match leaves.as_slice() {
        [leaf] => *leaf,
        // CAs alone: the lowest stands where a leaf belongs, which is then what is wrong.
        [] => certificates.iter().find(|one| !has_issued(one)).or(certificates.first()).ok_or(ResolveError::Empty)?,
        several => {
            return Err(ResolveError::SeveralLeaves(several.iter().map(|one| one.subject().to_string()).collect()));
        }
    };
    Ok((leaf, certificates.iter().filter(|one| *one != leaf).cloned().collect()))
}

#[cfg(test)]
mod tests;
