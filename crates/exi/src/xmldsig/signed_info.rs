//! `SignedInfo`: the list of digests that the signature value covers.

use super::Reference;

/// The most references that one signature may have: ISO 15118-2 signs up to four elements, ISO 15118-20 one.
pub const MAX_REFERENCES: usize = 4;

/// What a signature value signs: the algorithms and the digests of the signed elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInfo {
    /// The element's own `Id`; not used by ISO 15118.
    pub id: Option<String>,
    /// The algorithm URI of the canonicalization.
    pub canonicalization_method: String,
    /// The algorithm URI of the signature.
    pub signature_method: String,
    /// One to [`MAX_REFERENCES`] digests.
    pub references: Vec<Reference>,
}
