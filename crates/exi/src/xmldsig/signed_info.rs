//! `SignedInfo`: the list of digests that the signature value covers.

use super::method::{self, CANONICALIZATION_METHOD, SIGNATURE_METHOD};
use super::{ID, Reference};
use crate::bits::{Reader, Writer};
use crate::fragment::FragmentGrammar;
use crate::value::Count;
use crate::{EncodeError, Error, ErrorKind};

const REFERENCES: Count = Count { what: "Reference", min: 1, max: MAX_REFERENCES };

// The XML Signature schema has 46 element names.
const GRAMMAR: FragmentGrammar = FragmentGrammar { width: 6, end: 46 };
const SIGNED_INFO: u32 = 32;

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

/// The EXI fragment of a `SignedInfo`, whose bytes the signature value signs.
///
/// It is made against the schema of XML Signature alone, in both generations of ISO 15118, and so differs from the bytes
/// of the same element inside a message. Fails where a value is outside of the schema.
pub fn signed_info_fragment(signed_info: &SignedInfo) -> Result<Vec<u8>, EncodeError> {
    GRAMMAR.write(SIGNED_INFO, |writer| signed_info.write(writer))
}

impl SignedInfo {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<SignedInfo, Error> {
        let id = reader.optional_attribute(&ID)?; // then SE(CanonicalizationMethod)
        let canonicalization_method = method::read(reader, CANONICALIZATION_METHOD)?;
        reader.only(1)?; // SE(SignatureMethod)
        let signature_method = method::read(reader, SIGNATURE_METHOD)?;
        reader.only(1)?; // SE(Reference)
        let mut references = Vec::new();
        loop {
            if references.len() == MAX_REFERENCES {
                return Err(reader.error(ErrorKind::TooMany { what: "Reference", max: MAX_REFERENCES }));
            }
            references.push(Reference::read(reader)?);
            if reader.event(2)? == 1 {
                return Ok(SignedInfo { id, canonicalization_method, signature_method, references });
            }
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.optional_attribute(self.id.as_deref(), &ID)?;
        method::write(&self.canonicalization_method, CANONICALIZATION_METHOD, writer)?;
        writer.only(1);
        method::write(&self.signature_method, SIGNATURE_METHOD, writer)?;
        REFERENCES.write(self.references.len())?;
        for (index, reference) in self.references.iter().enumerate() {
            if index == 0 {
                writer.only(1)
            } else {
                writer.event(0, 2)
            }
            reference.write(writer)?;
        }
        writer.event(1, 2);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_without_end_are_refused() {
        let reference = Reference {
            id: None,
            reference_type: None,
            uri: None,
            transforms: Vec::new(),
            digest_method: String::new(),
            digest_value: Vec::new(),
        };
        let mut writer = Writer::new();
        assert_eq!(writer.optional_attribute(None, &ID), Ok(()));
        assert_eq!(method::write("", CANONICALIZATION_METHOD, &mut writer), Ok(()));
        writer.only(1);
        assert_eq!(method::write("", SIGNATURE_METHOD, &mut writer), Ok(()));
        writer.only(1);
        for _ in 0..100 {
            assert_eq!(reference.write(&mut writer), Ok(()));
            writer.event(0, 2);
        }
        let bytes = writer.finish();
        let error = SignedInfo::read(&mut Reader::new(&bytes)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::TooMany { what: "Reference", max: MAX_REFERENCES });
    }
}
