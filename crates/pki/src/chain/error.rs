//! Why a chain does not hold.

use std::fmt;

use thiserror::Error;

use crate::certificate::Certificate;

/// A chain does not lead to a trusted root, or something on the way is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the {position} {subject:?} {problem}")]
pub struct ChainError {
    kind: ChainErrorKind,
    position: Position,
    subject: String,
    problem: String,
}

/// What kind of error it is, for code that decides by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChainErrorKind {
    /// After its last second.
    Expired,
    /// Before its first second.
    NotYetValid,
    /// Not signed by the key of its issuer.
    BadSignature,
    /// Signed with an algorithm that the leaf's version of ISO 15118 does not allow.
    Algorithm,
    /// The key may not be used for this.
    KeyUsage,
    /// More CAs below than a path length constraint allows.
    PathLength,
    /// Issues certificates and is no CA.
    NotACa,
    /// A CA where a leaf belongs.
    IsACa,
    /// A trust anchor that does not sign itself.
    NotARoot,
    /// The chain ends before it reaches a trusted root.
    NoAnchor,
    /// A leaf of another domain (`DC`), or one that a CA of another domain has issued.
    WrongDomain,
    /// No common name, or several.
    CommonName,
    /// A critical extension that cannot be honoured.
    UnknownCritical,
    /// More than five certificates up to the anchor.
    TooLong,
    /// More certificates, or more ways to combine them, than are tried.
    TooManyCandidates,
}

/// Where in the chain a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// The end.
    Leaf,
    /// Between leaf and root.
    SubCa,
    /// The trust anchor.
    Root,
}

impl ChainError {
    /// What kind of error it is.
    pub fn kind(&self) -> ChainErrorKind {
        self.kind
    }

    /// Where the certificate stands that is wrong.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The common name of the certificate that is wrong; its whole subject when it has none.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Leaf => "leaf certificate",
            Self::SubCa => "sub CA certificate",
            Self::Root => "root certificate",
        })
    }
}

/// An error before it is known whose it is.
#[derive(Debug)]
pub(super) struct Problem {
    kind: ChainErrorKind,
    text: String,
}

impl Problem {
    /// `text` goes on from "the certificate …".
    pub(super) fn new(kind: ChainErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    pub(super) fn of(self, position: Position, certificate: &Certificate) -> ChainError {
        let subject = short_subject(certificate);
        ChainError { kind: self.kind, position, subject, problem: self.text }
    }
}

pub(super) fn short_subject(certificate: &Certificate) -> String {
    certificate.common_name().map_or_else(|| certificate.subject().to_string(), str::to_owned)
}
