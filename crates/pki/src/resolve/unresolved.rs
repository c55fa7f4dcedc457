//! Why a leaf leads to no trusted root.

use std::fmt;

use thiserror::Error;

use super::advice::{self, Whom};
use super::{Question, Work};
use crate::certificate::Certificate;
use crate::chain::{self, Anchors, ChainError, ChainErrorKind as Kind, Parts, Position, Surveyed};

/// No path to a trusted root.
#[derive(Debug, Clone, Error)]
pub enum ResolveError {
    /// Nothing was given.
    #[error("no certificate was given")]
    Empty,
    /// More than is looked at.
    #[error("{found} certificates were given; at most {most} are looked at: the leaf and the CAs above it")]
    TooMany {
        /// How many were given.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// It is not clear which certificate is meant.
    #[error("several leaves were given, send one at a time: {}", .0.join("; "))]
    SeveralLeaves(Vec<String>),
    /// What was given does not lead to a trusted root.
    #[error(transparent)]
    Unresolved(Box<Unresolved>),
}

/// A chain that does not lead to a trusted root, and everything that is wrong with it.
#[derive(Debug, Clone, Error)]
#[error("{error}")]
pub struct Unresolved {
    /// The first reason.
    pub error: ChainError,
    /// The likeliest chain, leaf first, as far as it can be put together: what is wrong with each certificate.
    pub findings: Vec<Finding>,
}

/// A certificate of a chain that does not hold.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The certificate.
    pub certificate: Certificate,
    /// Where it stands.
    pub position: Position,
    /// Where it came from.
    pub supply: Supply,
    /// Everything that is wrong with it; empty when nothing is.
    pub problems: Vec<Problem>,
}

/// What is wrong with a certificate, and who can mend it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What is wrong.
    pub error: ChainError,
    /// Whom to call.
    pub whom: Whom,
    /// What to ask for, in a sentence.
    pub advice: String,
}

/// Where a certificate of a path came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Supply {
    /// It was in the question.
    Given,
    /// It was at hand.
    Known,
    /// It is a trusted root.
    Anchor,
}

impl Unresolved {
    pub(super) fn new(error: ChainError, question: &Question<'_>, parts: Parts<'_>, work: &mut Work) -> Self {
        let find = |Surveyed { certificate, position, problems }| Finding {
            supply: Supply::of(&certificate, question.certificates, parts.anchors),
            problems: problems
                .into_iter()
                .map(|error| {
                    let (whom, advice) = advice::about(&error, &certificate, parts.leaf, question.purpose);
                    Problem { error, whom, advice }
                })
                .collect(),
            certificate,
            position,
        };
        let mut surveyed = chain::survey(parts, question.purpose, work);
        leave_out_what_follows(&mut surveyed);
        Self { error, findings: surveyed.into_iter().map(find).collect() }
    }

    /// The certificates of the chain, as far as it can be put together, leaf first: somebody who can look further looks for
    /// other issuers of each of them.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.findings.iter().map(|finding| &finding.certificate)
    }
}

/// The CAs above a leaf of another kind are of that kind too, as they should be: it is the leaf that was mistaken.
fn leave_out_what_follows(surveyed: &mut [Surveyed]) {
    let is_of_another_kind = |problem: &ChainError| problem.kind() == Kind::WrongDomain;
    if let Some((leaf, above)) = surveyed.split_first_mut()
        && leaf.problems.iter().any(is_of_another_kind)
    {
        above.iter_mut().for_each(|ca| ca.problems.retain(|problem| !is_of_another_kind(problem)));
    }
}

impl Supply {
    pub(super) fn of(certificate: &Certificate, given: &[Certificate], anchors: &Anchors) -> Self {
        if anchors.contains(certificate) {
            Self::Anchor
        } else if given.contains(certificate) {
            Self::Given
        } else {
            Self::Known
        }
    }

    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Known => "known",
            Self::Anchor => "anchor",
        }
    }
}

impl fmt::Display for Supply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
