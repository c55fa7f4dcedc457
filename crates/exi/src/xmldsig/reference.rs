//! `Reference`: the digest of one signed element.

use super::ID;
use super::method::{self, DIGEST_METHOD, TRANSFORM};
use crate::bits::{Reader, Writer};
use crate::value::{Count, Limit};
use crate::{EncodeError, Error, ErrorKind};

const TYPE: Limit = Limit::none("Type");
const URI: Limit = Limit::none("URI");
const DIGEST_VALUE: Limit = Limit::none("DigestValue");
const TRANSFORMS: Count = Count { what: "Transform", min: 1, max: MAX_TRANSFORMS };

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

impl Reference {
    // Id, Type, URI, Transforms and DigestMethod are productions of one state, and all but the last may be passed over.
    // So `left` is how many of them may still come, and an event code counts how many of those are passed over.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Reference, Error> {
        let (mut id, mut reference_type, mut uri, mut transforms) = (None, None, None, Vec::new());
        let mut left = 5;
        while left > 1 {
            left -= 1 + reader.event(left)?;
            match left {
                4 => id = Some(reader.text(&ID)?),
                3 => reference_type = Some(reader.text(&TYPE)?),
                2 => uri = Some(reader.text(&URI)?),
                1 => transforms = read_transforms(reader)?,
                _ => break,
            }
        }
        if left == 1 {
            reader.only(1)?; // SE(DigestMethod), the one production after Transforms
        }
        let digest_method = method::read(reader, DIGEST_METHOD)?;
        reader.only(1)?; // SE(DigestValue)
        let digest_value = reader.binary_element(&DIGEST_VALUE)?;
        reader.only(1)?; // EE(Reference)
        Ok(Reference { id, reference_type, uri, transforms, digest_method, digest_value })
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        let mut left = 5;
        for (attribute, limit, after) in [(&self.id, &ID, 4), (&self.reference_type, &TYPE, 3), (&self.uri, &URI, 2)] {
            if let Some(value) = attribute {
                writer.event(left - after - 1, left);
                writer.text(value, limit)?;
                left = after;
            }
        }
        if !self.transforms.is_empty() {
            writer.event(left - 2, left);
            write_transforms(&self.transforms, writer)?;
            left = 1;
        }
        writer.event(left - 1, left);
        method::write(&self.digest_method, DIGEST_METHOD, writer)?;
        writer.only(1);
        writer.binary_element(&self.digest_value, &DIGEST_VALUE)?;
        writer.only(1);
        Ok(())
    }
}

fn read_transforms(reader: &mut Reader<'_>) -> Result<Vec<String>, Error> {
    reader.only(1)?; // SE(Transform)
    let mut transforms = Vec::new();
    loop {
        if transforms.len() == MAX_TRANSFORMS {
            return Err(reader.error(ErrorKind::TooMany { what: "Transform", max: MAX_TRANSFORMS }));
        }
        transforms.push(method::read(reader, TRANSFORM)?);
        if reader.event(2)? == 1 {
            return Ok(transforms);
        }
    }
}

fn write_transforms(transforms: &[String], writer: &mut Writer) -> Result<(), EncodeError> {
    TRANSFORMS.write(transforms.len())?;
    for (index, algorithm) in transforms.iter().enumerate() {
        if index == 0 {
            writer.only(1)
        } else {
            writer.event(0, 2)
        }
        method::write(algorithm, TRANSFORM, writer)?;
    }
    writer.event(1, 2);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn optional(id: bool, reference_type: bool, uri: bool, transforms: usize) -> Reference {
        Reference {
            id: id.then(|| "i".into()),
            reference_type: reference_type.then(|| "t".into()),
            uri: uri.then(|| "#u".into()),
            transforms: vec!["urn:x".into(); transforms],
            digest_method: "urn:y".into(),
            digest_value: vec![1, 2, 3],
        }
    }

    #[test]
    fn every_combination_of_optional_parts_comes_back() {
        for flags in 0..8 {
            for transforms in 0..=MAX_TRANSFORMS {
                let reference = optional(flags & 1 != 0, flags & 2 != 0, flags & 4 != 0, transforms);
                let mut writer = Writer::new();
                assert_eq!(reference.write(&mut writer), Ok(()));
                let bytes = writer.finish();
                let mut reader = Reader::new(&bytes);
                assert_eq!(Reference::read(&mut reader), Ok(reference));
                assert_eq!(reader.finish(), Ok(()));
            }
        }
    }

    #[test]
    fn transforms_without_end_are_refused() {
        let mut writer = Writer::new();
        writer.event(3, 5);
        writer.only(1);
        for _ in 0..100 {
            assert_eq!(method::write("urn:x", TRANSFORM, &mut writer), Ok(()));
            writer.event(0, 2);
        }
        let bytes = writer.finish();
        let error = Reference::read(&mut Reader::new(&bytes)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::TooMany { what: "Transform", max: MAX_TRANSFORMS });
    }
}
