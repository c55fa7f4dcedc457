//! `Reference`: the digest of one signed element.

/// The most transforms that one reference may have. The schema sets no limit and ISO 15118 uses one transform; a limit
/// keeps the memory that a message can ask for in proportion to its size.
pub const MAX_TRANSFORMS: usize = 4;

/// The digest of one signed element, and how it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The reference's own `Id`; not used by ISO 15118.
    pub id: Option<String>,
    /// The `Type` attribute; not used by ISO 15118.
    pub reference_type: Option<String>,
    /// `#` and the `Id` of the signed element.
    pub uri: Option<String>,
    /// The algorithm URIs of the transforms, in order, at most [`MAX_TRANSFORMS`]. None: the `Transforms` element is absent.
    pub transforms: Vec<String>,
    /// The algorithm URI of the digest.
    pub digest_method: String,
    /// The digest of the element's EXI fragment.
    pub digest_value: Vec<u8>,
}
